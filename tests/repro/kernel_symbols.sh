#!/bin/sh
# The kernels give the same bits everywhere because they call nothing that could differ: the undefined symbols of their objects
# may only be memory copies, what compilers put in by themselves, and functions of the project.
#   kernel_symbols.sh BUILD_FOLDER LIBRARY
set -eu
build=$1
library=$2
compilers='memcpy memmove memset memcmp abort __stack_chk_fail _GLOBAL_OFFSET_TABLE_'
allowed=$(mktemp)
trap 'rm -f "$allowed"' EXIT
{
    nm -g --defined-only "$library" 2>/dev/null | awk 'NF == 3 {print $3}'
    printf '%s\n' $compilers
} >"$allowed"
count=0
faults=0
for object in $(find "$build" -path '*matthew_kernels_*' -name '*_kernel.c.o' | sort); do
    count=$((count + 1))
    for symbol in $(nm -u "$object" | awk '{print $NF}'); do
        if ! grep -Fqx -e "$symbol" "$allowed"; then
            printf '%s wants %s\n' "$object" "$symbol"
            faults=$((faults + 1))
        fi
    done
done
if [ "$count" -eq 0 ]; then
    printf 'no kernel objects under %s\n' "$build"
    exit 1
fi
printf '%d kernel objects, %d forbidden symbols\n' "$count" "$faults"
[ "$faults" -eq 0 ]
