Write-Output 'Grüße, Zażółć'
