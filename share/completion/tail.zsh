_tmpaudit_nothing() { _message 'no argument' }
_tmpaudit_anything() { _message 'a number' }
_tmpaudit_files() { _files }
_tmpaudit_directories() { _files -/ }
_tmpaudit_outputs() {
	if compset -P '[a-z]##:'; then
		_files
	else
		_alternative 'formats:format:_tmpaudit_formats -qS :' 'files:file:_files'
	fi
}

_tmpaudit() {
	local command word expect operands
	local -i at
	local -a options names

	_tmpaudit_options audit
	# The command is the first word that is neither an option nor its argument.
	for ((at = 2; at < CURRENT; ++at)); do
		word=$words[at]
		if [[ -n $expect ]]; then
			expect=
		elif [[ $word == --*=* || $word == -- ]]; then
			:
		elif [[ $word == -* ]]; then
			(( ${(M)#options:#*(${(b)word}=|-${(b)word[-1]}+)\[*} )) && expect=1
		else
			command=$word
			break
		fi
	done
	if [[ -z $command ]]; then
		_arguments -s -S $options '1:command:_tmpaudit_commands'
		return
	fi
	words[at]=()
	(( --CURRENT ))
	options=()
	_tmpaudit_options $command
	(( $#options )) || return 1
	_arguments -s -S $options "*:operand:$operands"
}

_tmpaudit "$@"
