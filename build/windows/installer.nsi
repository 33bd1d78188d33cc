; The Windows installer: for one person, so that it asks for no administrator.
; makensis -DVERSION=... -DFROM=folder -DOUT=file installer.nsi
;
; The window needs Microsoft's WebView2, which Windows 11 has. For machines
; without it and without network, put Microsoft's offline installer
; (MicrosoftEdgeWebView2RuntimeInstallerX64.exe) beside the setup program; it
; is run when it is needed.
Unicode true
SetCompressor /SOLID lzma
!include "MUI2.nsh"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Shoptwin"
!define WEBVIEW "{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"

Name "Shoptwin ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Shoptwin"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
RequestExecutionLevel user
!define MUI_ICON "${FROM}/shoptwin.ico"
!define MUI_UNICON "${FROM}/shoptwin.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\shoptwin-desktop.exe"
!insertmacro MUI_PAGE_LICENSE "${FROM}/LICENSE.txt"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
LangString WebViewGone ${LANG_ENGLISH} "Shoptwin's window needs Microsoft Edge WebView2. Put its offline installer beside this setup program and run it again, or use 'shoptwin.exe serve' in a browser."
LangString WebViewGone ${LANG_SIMPCHINESE} "Shoptwin 的窗口需要 Microsoft Edge WebView2。请把它的离线安装包放在本安装程序旁边再运行一次，或用浏览器打开“shoptwin.exe serve”。"

Section
  SetOutPath "$INSTDIR"
  File "${FROM}/shoptwin.exe"
  File "${FROM}/shoptwin-desktop.exe"
  File "${FROM}/duckdb.dll"
  File "${FROM}/shoptwin.ico"
  File "${FROM}/LICENSE.txt"
  File "${FROM}/THIRD-PARTY.txt"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Shoptwin.lnk" "$INSTDIR\shoptwin-desktop.exe" "" "$INSTDIR\shoptwin.ico"
  WriteRegStr HKCU "${KEY}" "DisplayName" "Shoptwin"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\shoptwin.ico"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  ; Projects as one file: a double click opens the window with it.
  WriteRegStr HKCU "Software\Classes\.shoptwin" "" "Shoptwin.Project"
  WriteRegStr HKCU "Software\Classes\Shoptwin.Project" "" "Shoptwin project"
  WriteRegStr HKCU "Software\Classes\Shoptwin.Project\DefaultIcon" "" "$INSTDIR\shoptwin.ico"
  WriteRegStr HKCU "Software\Classes\Shoptwin.Project\shell\open\command" "" '"$INSTDIR\shoptwin-desktop.exe" "%1"'
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' ; icons at once
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1

  ReadRegStr $0 HKLM "SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\${WEBVIEW}" "pv"
  StrCmp $0 "" 0 done
  ReadRegStr $0 HKCU "Software\Microsoft\EdgeUpdate\Clients\${WEBVIEW}" "pv"
  StrCmp $0 "" 0 done
  IfFileExists "$EXEDIR\MicrosoftEdgeWebView2RuntimeInstallerX64.exe" 0 gone
  ExecWait '"$EXEDIR\MicrosoftEdgeWebView2RuntimeInstallerX64.exe" /silent /install' $0
  StrCmp $0 "0" done
gone:
  MessageBox MB_OK|MB_ICONINFORMATION "$(WebViewGone)" /SD IDOK
done:
SectionEnd

; Projects lie in the person's own folder and stay.
Section "Uninstall"
  Delete "$INSTDIR\shoptwin.exe"
  Delete "$INSTDIR\shoptwin-desktop.exe"
  Delete "$INSTDIR\duckdb.dll"
  Delete "$INSTDIR\shoptwin.ico"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\THIRD-PARTY.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Shoptwin.lnk"
  DeleteRegKey HKCU "Software\Classes\Shoptwin.Project"
  ReadRegStr $0 HKCU "Software\Classes\.shoptwin" ""
  StrCmp $0 "Shoptwin.Project" 0 +2
  DeleteRegKey HKCU "Software\Classes\.shoptwin"
  DeleteRegKey HKCU "${KEY}"
SectionEnd
