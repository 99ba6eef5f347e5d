# Completion of tmpaudit(1) for bash.

