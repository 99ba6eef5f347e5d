
# The command that was typed, the first word that is neither an option nor its argument; or none.
function __tmpaudit_command
	set -l expect
	for word in (commandline -opc)[2..-1]
		if set -q expect[1]
			set -e expect
		else if contains -- $word $__tmpaudit_takers
			set expect 1
		else if string match -qr -- '^-[a-zA-Z]+$' $word
			# Letters together: the last one can take an argument.
			contains -- -(string sub -s -1 -- $word) $__tmpaudit_takers
			and set expect 1
		else if not string match -q -- '-*' $word
			echo $word
			return
		end
	end
	echo none
end

function __tmpaudit_at
	contains -- (__tmpaudit_command) $argv
end
