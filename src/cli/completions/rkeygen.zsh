#compdef rkeygen
# zsh completion for rkeygen.

_rkeygen() {
    local program=${~${(Q)words[1]}} line kind front
    local -a asked answer values shown hosts
    asked=("${(@Q)words[2,CURRENT]}")
    answer=("${(@f)$("$program" completions query -- "${asked[@]}" 2>/dev/null)}")
    kind=${answer[1]%%$'\t'*}
    front=${answer[1]#*$'\t'}
    for line in "${(@)answer[2,-1]}"; do
        [[ -n $line ]] || continue
        values+=("${line%%$'\t'*}")
        if [[ -n ${line#*$'\t'} ]]; then
            shown+=("${(r:32:)${line%%$'\t'*}} ${line#*$'\t'}")
        else
            shown+=("${line%%$'\t'*}")
        fi
    done
    if (( $#values )); then
        local -a joined apart joined_shown apart_shown
        local i
        for ((i = 1; i <= $#values; i++)); do
            if [[ $values[i] == *[=:] ]]; then
                joined+=("$values[i]") joined_shown+=("$shown[i]")
            else
                apart+=("$values[i]") apart_shown+=("$shown[i]")
            fi
        done
        (( $#apart )) && compadd -Q -l -d apart_shown -a apart
        (( $#joined )) && compadd -Q -S '' -l -d joined_shown -a joined
    fi
    compset -p ${#front}
    case $kind in
    files) _files ;;
    public) _files -g '*.pub(-.)' ;;
    directories) _files -/ ;;
    hosts)
        hosts=(${(f)"$(_rkeygen_hosts)"})
        compadd -a hosts
        ;;
    esac
}

# The names in known_hosts that are not hashed.
_rkeygen_hosts() {
    local names rest
    [[ -r ~/.ssh/known_hosts ]] || return 0
    while read -r names rest; do
        case $names in
        '' | '#'* | '|'*) ;;
        @*) print -rl -- ${(s:,:)${rest%% *}} ;;
        *) print -rl -- ${(s:,:)names} ;;
        esac
    done <~/.ssh/known_hosts | grep -v '[*?!]'
}

if [[ $funcstack[1] == _rkeygen ]]; then
    _rkeygen "$@"
else
    compdef _rkeygen rkeygen
fi
