# fish completion for rkeygen.

function __rkeygen_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l answer ($program completions query -- $words "$current" 2>/dev/null)
    set -l first (string split \t -- $answer[1])
    set -e answer[1]
    for line in $answer
        echo $line
    end
    set -l value (string sub -s (math (string length -- "$first[2]") + 1) -- "$current")
    switch $first[1]
        case files
            for file in (__fish_complete_path "$value")
                echo $first[2]$file
            end
        case public
            for file in (__fish_complete_suffix "$value" .pub)
                echo $first[2]$file
            end
        case directories
            for file in (__fish_complete_directories "$value" '')
                echo $first[2]$file
            end
        case hosts
            __rkeygen_hosts
    end
end

# The names in known_hosts that are not hashed.
function __rkeygen_hosts
    test -r ~/.ssh/known_hosts; or return
    string match -v -r '^(\s*$|#|\|)' <~/.ssh/known_hosts | string replace -r '^@\S+\s+' '' \
        | string replace -r '\s.*' '' | string split , | string match -v -r '[*?!]'
end

complete -c rkeygen -f -a '(__rkeygen_complete)'
