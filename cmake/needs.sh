# Sourced by quickstart and tests/run (bash): what the machine must have, and how to get it.
# A script that sources this has set `root`, the folder of the project.

say() { printf '%s\n' "$*"; }
die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# The packages among the arguments that are not installed (Debian, Ubuntu).
missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
    done
}

# How to run a command as the administrator: nothing as root, sudo when it asks no password; fails otherwise.
administrator() {
    if [ "$(id -u)" = 0 ]; then
        echo env
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        echo sudo
    else
        return 1
    fi
}

# apt_install HOW PACKAGE...: installs packages, HOW as `administrator` says; its log is build/packages.log.
apt_install() {
    local as=$1 quiet='-qq -o Dpkg::Use-Pty=0'
    shift
    say "Installing $*"
    # shellcheck disable=SC2086
    { $as apt-get $quiet update &&
        $as env DEBIAN_FRONTEND=noninteractive apt-get $quiet install -y --no-install-recommends "$@"; } \
        </dev/null >"$root/build/packages.log" 2>&1
}

# need_packages "apt packages" "dnf packages" "brew packages" "probe": installs what is missing with apt where that is
# allowed. Elsewhere the probe, a shell command, tells whether all is there; if not, the packages are named, and we stop.
need_packages() {
    local apt=$1 dnf=$2 brew=$3 probe=$4 missing=
    if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086
        missing=$(missing_packages $apt)
        [ -n "$missing" ] || return 0
        local as
        if as=$(administrator); then
            # shellcheck disable=SC2086
            apt_install "$as" $missing && return 0
            tail -n 20 "$root/build/packages.log" >&2
            die "apt could not install: $missing"
        fi
    elif eval "$probe" >/dev/null 2>&1; then
        return 0
    fi
    cat >&2 <<TEXT
These packages are needed; install them and start again:
  Debian, Ubuntu   sudo apt-get install $apt
  Fedora, RHEL     sudo dnf install $dnf
  macOS            brew install $brew
TEXT
    exit 1
}

# want_package COMMAND PACKAGE WHY: installs a package that we can do without, with apt where that is allowed; never fails.
want_package() {
    local as
    ! command -v "$1" >/dev/null || return 0
    if command -v apt-get >/dev/null && as=$(administrator) && apt_install "$as" "$2"; then
        return 0
    fi
    say "$2 is not installed: $3"
}

# What a build needs, as Debian calls it.
build_apt="gcc libc6-dev cmake ninja-build pkg-config git libhdf5-dev libyaml-dev libdeflate-dev python3 python3-venv"

build_packages() {
    need_packages \
        "$build_apt" \
        "gcc cmake ninja-build pkgconf-pkg-config git hdf5-devel libyaml-devel libdeflate-devel python3" \
        "gcc cmake ninja pkg-config git hdf5 libyaml libdeflate libomp python3" \
        "command -v cc cmake ninja pkg-config git python3 h5cc && pkg-config --exists yaml-0.1 libdeflate"
}

# virtual_environment: .venv with a Python and no more; fails when it cannot be made.
virtual_environment() {
    "$root/.venv/bin/python" -c '' 2>/dev/null && return 0
    rm -rf "$root/.venv"
    python3 -m venv "$root/.venv" && return 0
    rm -rf "$root/.venv"
    say "python3 cannot make a virtual environment (Debian, Ubuntu: python3-venv)" >&2
    return 1
}

# python_environment FILE...: .venv with the packages that the requirement files name; fails when they cannot be had. Each
# file leaves a stamp of its own.
python_environment() {
    local file stamp missing=() arguments=()
    for file in "$@"; do
        stamp=$root/.venv/$(basename "$file").sum
        [ -x "$root/.venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(cksum <"$file")" ] && continue
        missing+=("$file")
        arguments+=(-r "$file")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing Python packages into .venv"
    virtual_environment || return 1
    "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check "${arguments[@]}" || return 1
    for file in "${missing[@]}"; do cksum <"$file" >"$root/.venv/$(basename "$file").sum"; done
}

# A cmake of at least 3.25 in PATH; older systems get one in .venv.
new_cmake() {
    local version
    version=$(cmake --version | sed -n 's/^cmake version \([0-9.]*\).*/\1/p')
    if [ "$(printf '%s\n3.25\n' "$version" | sort -V | head -n 1)" != 3.25 ]; then
        if [ ! -x "$root/.venv/bin/cmake" ]; then
            say "Installing a newer cmake into .venv"
            virtual_environment &&
                "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check 'cmake>=3.25,<4.2' ||
                die "cmake $version is too old (3.25 is needed), and a newer one could not be installed"
        fi
        PATH=$root/.venv/bin:$PATH
    fi
}

# build_preset NAME: configures when needed and builds into build/NAME; the log is shown when it fails.
build_preset() {
    local log=$root/build/$1.log
    say "Building build/$1"
    if ! { (cd "$root" && cmake --preset "$1") && cmake --build "$root/build/$1"; } </dev/null >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        die "build/$1 could not be built; the whole log is build/$1.log"
    fi
    if grep -q 'warning:' "$log"; then
        grep -A 3 'warning:' "$log" >&2
        [ "${2-}" != strict ] || die "build/$1 has warnings"
    fi
}
