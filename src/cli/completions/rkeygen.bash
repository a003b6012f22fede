# bash completion for rkeygen; needs nothing of bash-completion.

_rkeygen() {
    local -a words=()
    local word glue= line kind front typed part fixed file i n
    # bash splits words at = and :, which rkeygen does not.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        n=${#words[@]}
        if [[ $word == [=:]* && n -gt 0 ]]; then
            words[n - 1]+=$word
            glue=1
        elif [[ $glue ]]; then
            words[n - 1]+=$word
            glue=
        else
            words[n]=$word
        fi
    done
    typed=${words[${#words[@]} - 1]}
    part=${COMP_WORDS[COMP_CWORD]}
    [[ $part == [=:]* ]] && part=
    # What bash keeps in front of the completion.
    fixed=${typed%"$part"}

    COMPREPLY=()
    kind=
    while IFS= read -r line; do
        word=${line%%$'\t'*}
        if [[ ! $kind ]]; then
            kind=$word
            front=${line#*$'\t'}
        else
            COMPREPLY+=("${word#"$fixed"}")
        fi
    done < <(eval "${COMP_WORDS[0]}" completions query -- '"${words[@]}"' 2>/dev/null)

    local value=${typed#"$front"}
    # ~ is the home directory for the search alone.
    local -a found=()
    case $kind in
    files) while IFS= read -r file; do found+=("$file"); done < <(compgen -f -- "$value") ;;
    public)
        while IFS= read -r file; do
            [[ -d $file || $file == *.pub ]] && found+=("$file")
        done < <(compgen -f -- "$value")
        ;;
    directories) while IFS= read -r file; do found+=("$file"); done < <(compgen -d -- "$value") ;;
    hosts) while IFS= read -r file; do found+=("$file"); done < <(compgen -W "$(_rkeygen_hosts)" -- "$value") ;;
    esac
    for file in "${found[@]}"; do
        file=$front$file
        COMPREPLY+=("${file#"$fixed"}")
    done
    [[ $kind != words && $kind != hosts ]] && compopt -o filenames 2>/dev/null
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace 2>/dev/null
    return 0
}

# The names in known_hosts that are not hashed.
_rkeygen_hosts() {
    local names rest
    while read -r names rest; do
        case $names in
        '' | '#'* | '|'*) ;;
        @*) printf '%s\n' "${rest%% *}" ;;
        *) printf '%s\n' "$names" ;;
        esac
    done 2>/dev/null <~/.ssh/known_hosts | tr ',' '\n' | grep -v '[*?!]'
}

complete -F _rkeygen rkeygen
