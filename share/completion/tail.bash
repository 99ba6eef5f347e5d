# What was typed before the word at the cursor: sets command, and expect to the option whose argument is next.
_tmpaudit_read() {
	local word letters dashes=

	for word; do
		if [[ $expect ]]; then
			expect=
		elif [[ ! $dashes && $word == -- ]]; then
			dashes=1
		elif [[ ! $dashes && $word == --*=* ]]; then
			:
		elif [[ ! $dashes && $word == --?* ]]; then
			_tmpaudit_takes "$word" && expect=$word
		elif [[ ! $dashes && $word == -?* ]]; then
			# Letters can stand together, and an argument right behind its own.
			for ((letters = 1; letters < ${#word}; ++letters)); do
				if _tmpaudit_takes "-${word:letters:1}"; then
					((letters + 1 < ${#word})) || expect=-${word:letters:1}
					break
				fi
			done
		elif [[ ! $command ]]; then
			command=$word
		fi
	done
	operands=$dashes
}

_tmpaudit_takes() {
	local kind words

	_tmpaudit_words commands
	if [[ $command ]]; then
		_tmpaudit_kind "$command" "$1"
	else
		# Before the command stands what any of them can take.
		local name
		for name in $words; do
			_tmpaudit_kind "$name" "$1" && break
		done
	fi
	[[ $kind && $kind != nothing ]]
}

# Add what of a kind begins with $1, each with $2 in front of it.
_tmpaudit_add() {
	local kind=$1 begun=$2 front=$3 word words
	local -a found

	case $kind in
	nothing | anything | '') ;;
	files)
		compopt -o filenames
		mapfile -t found < <(compgen -f -- "$begun")
		;;
	directories)
		compopt -o filenames
		mapfile -t found < <(compgen -d -- "$begun")
		;;
	outputs)
		_tmpaudit_words formats
		if [[ $begun == *:* && " $words " == *" ${begun%%:*} "* ]]; then
			_tmpaudit_add files "${begun#*:}" "$front${begun%%:*}:"
			return
		fi
		for word in $words; do
			[[ $word: != "$begun"* ]] || found+=("$word:")
		done
		if ((${#found[@]})); then
			compopt -o nospace
		else
			_tmpaudit_add files "$begun" "$front"
			return
		fi
		;;
	*)
		_tmpaudit_words "$kind"
		local restore
		restore=$(shopt -po noglob)
		set -f
		for word in $words; do
			[[ $word != "$begun"* ]] || found+=("${word//\*/\\*}")
		done
		$restore
		;;
	esac
	COMPREPLY+=("${found[@]/#/$front}")
}

_tmpaudit() {
	# The words as they were typed: bash has cut them at each = and :
	local line=${COMP_LINE:0:COMP_POINT} cur command='' expect='' operands='' kind cut
	local -a typed

	COMPREPLY=()
	read -ra typed <<<"$line"
	[[ $line != *[[:blank:]] ]] || typed+=('')
	cur=${typed[-1]}
	unset 'typed[-1]'
	_tmpaudit_read "${typed[@]:1}"
	local known=${command:-audit}

	if [[ $expect ]]; then
		_tmpaudit_kind "$known" "$expect"
		_tmpaudit_add "$kind" "$cur" ''
	elif [[ ! $operands && $cur == --*=* ]]; then
		_tmpaudit_kind "$known" "${cur%%=*}"
		_tmpaudit_add "$kind" "${cur#*=}" "${cur%%=*}="
	elif [[ ! $operands && $cur == -* ]]; then
		_tmpaudit_add "options-of-$known" "$cur" ''
	elif [[ ! $command ]]; then
		_tmpaudit_add commands "$cur" ''
	else
		_tmpaudit_kind "$known" operand
		_tmpaudit_add "$kind" "$cur" ''
	fi

	# bash puts the reply in the place of what follows its last cut.
	for cut in = :; do
		if [[ $COMP_WORDBREAKS == *$cut* && $cur == *$cut* ]]; then
			COMPREPLY=("${COMPREPLY[@]#"${cur%"$cut"*}$cut"}")
			cur=${cur##*"$cut"}
		fi
	done
}
complete -F _tmpaudit tmpaudit
