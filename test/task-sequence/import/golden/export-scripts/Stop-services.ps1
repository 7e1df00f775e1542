# Stops what holds files open
$names = 'ContosoSync', 'ContosoAgent'
foreach ($name in $names) {
    Get-Service -Name $name -ErrorAction SilentlyContinue | Stop-Service -Force
}
exit 0
