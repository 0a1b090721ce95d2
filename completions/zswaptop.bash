# SPDX-License-Identifier: GPL-2.0-only
# bash completion for zswaptop. Options come from --help, so they are those of the program.

_zswaptop_command() {
	local word

	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in
		top | trace | export | record | replay | report | probe) echo "$word"; return ;;
		-*) ;;
		*) break ;;
		esac
	done
	echo top
}

_zswaptop_options() {
	"${COMP_WORDS[0]}" "$1" --help 2>/dev/null |
		grep -oE '(^|[ ,])(-[a-zA-Z]|--[a-z-]+)\b' | tr -d ' ,' | sort -u
}

# What may follow an option; 1: nothing known.
_zswaptop_values() {
	case $1 in
	--events) echo store load invalidate writeback tree ;;
	--results)
		echo stored disabled cgroup_limit pool_full no_pool compress_fail compress_poor \
			alloc_fail other hit miss error tree_empty absent erased unclassified \
			stale written rotated in_swapcache own_fault entry_gone no_memory \
			io_error shrink head_collapse emptied grow
		;;
	--without-probe)
		echo invalidate entry_free trees store load writeback swap_cache swap_cache_busy \
			shrink_worker shrink_memcg compress pool_malloc writeback_enabled swapin \
			tree_lock
		;;
	--format) echo prometheus openmetrics json csv ;;
	--user) compgen -u ;;
	--buffer) echo 64 128 256 512 1024 2048 4096 8192 16384 ;;
	*) return 1 ;;
	esac
}

# The last of several words that commas separate.
_zswaptop_list() {
	local before=

	[[ $2 != *,* ]] || before=${2%,*},
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${2##*,}")
}

_zswaptop_cgroups() {
	mapfile -t COMPREPLY < <(compgen -d -- "/sys/fs/cgroup/${1#/}" | sed 's|^/sys/fs/cgroup||')
	compopt -o nospace -o filenames 2>/dev/null
}

_zswaptop() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command values

	COMPREPLY=()
	command=$(_zswaptop_command)
	case $previous in
	-c | --cgroup) _zswaptop_cgroups "$current"; return ;;
	-i | --interval | -n | --count | --min-latency | --duration | --speed | --at | --cgroup-*)
		return
		;;
	-o | --output) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
	--events)
		# only trace's takes names
		if [ "$command" = trace ]; then
			_zswaptop_list "$(_zswaptop_values "$previous")" "$current"
			return
		fi
		;;
	*)
		if [[ $previous == -* ]] && values=$(_zswaptop_values "$previous"); then
			_zswaptop_list "$values" "$current"
			return
		fi
		;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_zswaptop_options "$command")" -- "$current")
	elif [ "$COMP_CWORD" = 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"top trace export record replay report probe" -- "$current")
	elif [[ $command == re[pc]* ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
	fi
}

complete -F _zswaptop zswaptop
