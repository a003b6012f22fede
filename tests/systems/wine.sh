# To be sourced, with set -eu, in the directory of the project: $wine runs programs of Windows, in a prefix of its own.
# shellcheck shell=sh
export WINEDEBUG=-all WINEPREFIX="$PWD/target/wine"
wine=/usr/lib/wine/wine64
[ -x "$wine" ] || wine=wine
if [ ! -d "$WINEPREFIX/drive_c" ]; then
    "$wine" wineboot -i >/dev/null 2>&1
    system="$WINEPREFIX/drive_c/windows/system32"
    # Programs of today want a library that wine 8 lacks.
    if [ ! -e "$system/bcryptprimitives.dll" ]; then
        cat >target/prng.c <<'END'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length) { return SystemFunction036(bytes, length); }
END
        x86_64-w64-mingw32-gcc -shared -o "$system/bcryptprimitives.dll" target/prng.c -ladvapi32
    fi
fi
