#!/usr/bin/python3
"""Type a line into a shell and press Tab, on a terminal of its own.

usage: press.py bash|zsh DIRECTORY LINE     the words that the line then is, one a line
       press.py -l bash|zsh DIRECTORY LINE  what is offered, one a line

DIRECTORY is what `make install` made of $PREFIX/share; the shell finds the completion there as it would in /usr/share.
"""
import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

listed = sys.argv[1] == "-l"
shell, share, line = sys.argv[1 + listed:]
work = os.environ["WORK"]

# The command itself only tells what it was called with.
common = "tmpaudit() { printf 'WORD<%s>\\n' \"$@\"; echo DONE; }; PS1='READY '; cd \"$WORK/here\"\n"
if shell == "bash":
    argv = ["bash", "--norc", "--noprofile", "-i"]
    start = (". /usr/share/bash-completion/bash_completion\nbind 'set show-all-if-ambiguous on'\n"
             "bind 'set completion-query-items 0'\nbind 'set page-completions off'\nbind 'set enable-bracketed-paste off'\n"
             "bind 'set colored-stats off'\n" + common)
else:
    argv = ["zsh", "-f", "-i"]
    start = ("fpath=($XDG_DATA_DIRS/zsh/site-functions $fpath)\nautoload -Uz compinit && compinit -D -u\n"
             "unsetopt zle_bracketed_paste prompt_sp prompt_cr menu_complete auto_menu always_last_prompt\nsetopt list_rows_first\n"
             "zstyle ':completion:*' list-grouped false\nLISTMAX=100000\n" + common)

pid, terminal = pty.fork()
if pid == 0:
    os.environ.update(XDG_DATA_DIRS=share, TERM="dumb", COLUMNS="400", LINES="2000", HOME=work, LC_ALL="C.UTF-8")
    os.execvp(argv[0], argv)


def read(until, seconds=20):
    """What the terminal shows until the expression is seen."""
    seen = ""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                seen += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
        elif re.search(until, seen):
            return seen
    sys.exit(f"{shell} does not show {until} but {seen!r}")


def write(text):
    os.write(terminal, text.encode())


fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 2000, 400, 0, 0))
for command in start.splitlines():
    write(command + "\n")
write("echo STAR''TED\n")
read("STARTED\r?\n(.*\n)*.*READY $|STARTED[\\s\\S]*READY")
# The shell reads on when it has completed: then it shows the next letter, which is taken back.
write(line + "\tZ")
shown = read("Z")
if listed:
    lines = shown.replace("\r", "\n").split("\n")[1:]
    for one in lines:
        one = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x07", "", one)
        if one.startswith("READY") or not one.strip() or one.endswith("Z"):
            continue
        # zsh tells what a word is behind two dashes; bash has several in a line.
        print("\n".join(re.split(r" +-- .*$", one)[0].split()))
    sys.exit()
write("\x7f\n")
done = read("DONE")
print("\n".join(re.findall(r"WORD<(.*?)>", done)))
