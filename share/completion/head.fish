# Completion of tmpaudit(1) for fish.

