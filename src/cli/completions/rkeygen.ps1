# PowerShell completion for rkeygen.

Register-ArgumentCompleter -Native -CommandName rkeygen -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
    $program = $words[0]
    $words = @($words | Select-Object -Skip 1)
    # An empty argument would be dropped; rkeygen takes a missing one for empty.
    $asked = @($words)
    if ($wordToComplete -ne '') { $asked += $wordToComplete } else { $asked += '""' }
    $answer = @(& $program completions query -- @asked 2>$null)
    $answer | Select-Object -Skip 1 | ForEach-Object {
        $word, $help = $_ -split "`t", 2
        if (-not $help) { $help = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $help)
    }
}
