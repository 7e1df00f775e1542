/** Names that a sequence may read without setting them. */

/**
 * The variables that the engine sets (facts/configmgr.md, C.1). Those of a site server, which stand-alone media has not,
 * are left out: nothing sets them. A test holds the list against the names in src/target.
 */
const ENGINE = `
_SMSTSMediaType _SMSTSLaunchMode _SMSTSInWinPE _SMSTSBootUEFI _SMSTSOSUpgradeActionReturnCode _SMSTSSetupRollback
_SMSTSLastActionName _SMSTSLastActionRetCode _SMSTSLastActionSucceeded _SMSTSCurrentActionName
_SMSTSInstructionTableSize _SMSTSNextInstructionPointer _SMSTSPackageID _SMSTSPackageName _SMSTSMachineName _SMSTSType
_SMSTSUserStarted _SMSTSMDataPath _SMSTSLogPath _SMSTSClientCache _SMSTSDownloadOnDemand _SMSTSRunFromDP _SMSTSUseSSL
_SMSTSWTG _SMSTSTimezone _SMSTSMake _SMSTSModel _SMSTSSerialNumber _SMSTSAssetTag _SMSTSUUID _SMSTSMacAddresses
_SMSTSIPAddresses _SMSTSDefaultGateways
_TS_CRMEMORY _TS_CRSPEED _TS_CRDISK _TS_CROSTYPE _TS_CRARCH _TS_CRMINOSVER _TS_CRMAXOSVER _TS_CROSLANGUAGE
_TS_CRACPOWER _TS_CRNETWORK _TS_CRUEFI _TS_CRWIRED _TS_CRTPMACTIVATED _TS_CRTPMENABLED
_TSAppInstallStatus _TSSecureBoot`;

/** Variables of Windows itself; %Name% of them is left to Windows. */
const WINDOWS = `
ALLUSERSPROFILE APPDATA CD CMDCMDLINE COMMONPROGRAMFILES COMMONPROGRAMFILES(X86) COMMONPROGRAMW6432 COMPUTERNAME COMSPEC
DATE DRIVERDATA ERRORLEVEL HOMEDRIVE HOMEPATH LOCALAPPDATA LOGONSERVER NUMBER_OF_PROCESSORS OS PATH PATHEXT
PROCESSOR_ARCHITECTURE PROCESSOR_ARCHITEW6432 PROCESSOR_IDENTIFIER PROCESSOR_LEVEL PROCESSOR_REVISION PROGRAMDATA
PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 PROMPT PSMODULEPATH PUBLIC RANDOM SESSIONNAME SYSTEMDRIVE SYSTEMROOT TEMP
TIME TMP USERDOMAIN USERNAME USERPROFILE WINDIR`;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** In the spelling of the documentation. */
export const ENGINE_VARIABLES: readonly string[] = words(ENGINE);

const KNOWN = new Set([...ENGINE_VARIABLES, ...words(WINDOWS)].map((name) => name.toLowerCase()));

/** Whether something other than the sequence sets the variable. Names are not case-sensitive. */
export function isKnownVariable(name: string): boolean {
  return KNOWN.has(name.toLowerCase());
}
