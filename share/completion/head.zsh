#compdef tmpaudit
# Completion of tmpaudit(1) for zsh.

