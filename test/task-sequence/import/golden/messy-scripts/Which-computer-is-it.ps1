$ts = New-Object -ComObject Microsoft.SMS.TSEnvironment
$ts.Value('Ring') = 'pilot'
