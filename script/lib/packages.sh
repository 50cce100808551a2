# Shared by script/server and script/test: what has to be on the machine. Sourced, not run.
# shellcheck shell=bash

# One line of progress for the person in front of the screen.
say() {
    printf '→ %s\n' "$*"
}

# Says what is wrong and how to mend it, and ends.
fail() {
    printf '✗ %s\n' "$@" >&2
    exit 1
}

# Runs as root, through sudo where that is needed.
as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "Hace falta ser administrador para: $*" \
            "Ejecute este program como root, o instale sudo."
    fi
}

is_installed() {
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Whether some version has both the server and its PostGIS; the programs take the newest of those.
has_postgis() {
    local folder version
    for folder in /usr/lib/postgresql/*/bin; do
        version=$(basename "$(dirname "$folder")")
        if [[ -x $folder/postgres && -x $folder/initdb && \
            -e /usr/share/postgresql/$version/extension/postgis.control ]]; then
            return 0
        fi
    done
    return 1
}

# The versions of PostgreSQL that have a PostGIS package here, oldest first.
postgis_versions() {
    apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' |
        sed -E 's/^postgresql-([0-9]+)-postgis-3 .*/\1/' | sort -n
}

# A server that is there already is completed; otherwise the newest. Needs fresh package lists.
choose_version() {
    local version
    for version in $(postgis_versions | sort -rn); do
        if [[ -x /usr/lib/postgresql/$version/bin/postgres ]]; then
            echo "$version"
            return
        fi
    done
    postgis_versions | tail -n 1
}

# Debian starts a server of its own on port 5432 with a first PostgreSQL; ours needs none.
prevent_system_cluster() {
    if ! is_installed postgresql-common && [[ ! -e /etc/postgresql-common/createcluster.conf ]]; then
        as_root mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' |
            as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
}

install_packages() {
    as_root env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
        apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold \
        -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

# The packages of Node's programs that are missing. By program: a Node from elsewhere brings its own npm, and apt's does
# not go with it.
missing_node_packages() {
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}

# Installs what is missing among the packages given, and a PostgreSQL with PostGIS. Asks apt for nothing otherwise.
ensure_packages() {
    local missing=() package version
    if ! command -v dpkg-query >/dev/null; then
        say "Este sistema no es Debian ni Ubuntu: se supone que ya están instalados: $* postgresql postgis"
        return
    fi
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if [[ ${#missing[@]} -eq 0 ]] && has_postgis; then
        return
    fi
    say "Faltan paquetes del sistema; se instalan ahora (suele tardar 1 o 2 minutos)."
    as_root apt-get update -qq ||
        fail "No se pudo leer la lista de paquetes. Revise la conexión a internet y vuelva a ejecutar."
    if ! has_postgis; then
        version=$(choose_version)
        [[ -n $version ]] || fail "apt no conoce ningún paquete postgresql-NN-postgis-3." \
            "Se necesita Debian 12, Ubuntu 22.04 o más reciente; en Ubuntu, con el componente «universe»."
        missing+=("postgresql-$version" "postgresql-$version-postgis-3")
        prevent_system_cluster
    fi
    say "Paquetes: ${missing[*]}"
    install_packages "${missing[@]}" ||
        fail "apt no pudo instalar los paquetes. Vea el mensaje de arriba, o inténtelo a mano:" \
            "    apt-get install ${missing[*]}"
}

# Finds cargo, also right after rustup has put it in place, and looks whether it is new enough.
ensure_cargo() {
    local needed found
    if ! command -v cargo >/dev/null && [[ -x ${CARGO_HOME:-$HOME/.cargo}/bin/cargo ]]; then
        PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    fi
    command -v cargo >/dev/null || fail "Falta Rust (el programa «cargo»). Se instala con:" \
        "    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal" \
        "y después se vuelve a ejecutar este program."
    needed=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    found=$(cargo --version | cut -d ' ' -f 2)
    if [[ $(printf '%s\n' "$needed" "$found" | sort -V | head -n 1) != "$needed" ]]; then
        fail "Hay Rust $found y se necesita $needed o más reciente. Se actualiza con:  rustup update stable"
    fi
}
