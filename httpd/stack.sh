#!/bin/sh
# A whole Gatehouse in one directory, on one loopback port: a private MariaDB, `serve`, `live`,
# `jobs`, `pictures` and a web server. ./demo and the tests both stand on these functions, so what a visitor
# tries is what is tested. On a real site systemd does this work (httpd/systemd).
#
#	stack.sh start DIR PORT [lighttpd|apache|fcgid]
#	stack.sh stop DIR
#	stack.sh status DIR
#
# What it takes from the environment:
#	GATEHOUSE_BIN    the program
#	GATEHOUSE_SHARE  where templates/, static/, sql/ and httpd/ are
#	STACK_SET        settings for gatehouse.ini over the ones below, "section.key=value", one a line
#	STACK_DEMO_DATA  arguments of demo-data for an empty database ("none": load nothing)
#	STACK_DB         more options of mariadbd
#	STACK_LIGHTTPD   lines for the end of lighttpd.conf
#
# DIR holds db/ (data), files/, log/, run/ (sockets and pid files) and the configuration files,
# which are written anew at every start.

# sh here is dash or bash, as on Debian: both know `ulimit -Hn` and `test -nt`.
# shellcheck disable=SC3013,SC3045

# Where Debian keeps servers; not in everybody's PATH.
PATH=$PATH:/usr/sbin

# ---- small things ----

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

# The time in tenths of a second, and how much of it has gone since then, as "12.3 s".
now() { say $(($(date +%s%N) / 100000000)); }
since() {
	tenths_gone=$(($(now) - $1))
	say "$((tenths_gone / 10)).$((tenths_gone % 10)) s"
}

# step WHAT COMMAND…: a line that says what is done and, when that is over, how long it took. What
# the command complains of stands below it. One step is not within another.
step() {
	printf '  %-32s' "$1"
	step_began=$(now) step_errors=$(mktemp) || return 1
	shift
	step_status=0
	"$@" 2>"$step_errors" || step_status=$?
	if [ $step_status = 0 ]; then
		printf '%10s\n' "$(since "$step_began")"
	else
		printf 'failed after %s\n' "$(since "$step_began")"
	fi
	cat "$step_errors" >&2
	rm -f "$step_errors"
	return $step_status
}

# tail_of LINES LOG: for whoever has to mend it, with where there is more.
tail_of() {
	tail -n "$1" "$2" >&2
	complain "(the whole log: $2)"
}

# An absolute path; the directory is made.
stack_absolute() {
	mkdir -p "$1" && (cd "$1" && pwd -P)
}

# stack_path_fits DIR…: neither configure nor make nor the web servers' files can be told of a
# directory with a blank or a sign that means something to a shell, so that is refused before
# anything is done.
stack_path_fits() {
	for directory in "$@"; do
		[ -n "$(printf '%s' "$directory" | LC_ALL=C tr -d 'A-Za-z0-9._/+@,\200-\377-')" ] || continue
		complain "This path has a blank or another sign that make cannot be told of:"
		complain "    $directory"
		complain "Put it where the whole path has only letters, digits and . _ + @ , -"
		return 1
	done
}

# stack_packages PURPOSE PACKAGE…: every Debian package that is missing is installed when we are
# root, and named when we are not. Nothing is asked or done when all are there. "nodejs|node" is
# content with a command of that name, wherever it came from.
stack_packages() {
	purpose=$1
	shift
	absent=
	# On another system configure names what it misses.
	command -v dpkg-query >/dev/null || return 0
	# It complains of those that were never there, which is no fault here.
	present=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
		awk '$1 == "installed" { printf " %s", $2 }')
	for package in "$@"; do
		case "$present " in *" ${package%%|*} "*) continue ;; esac
		case $package in
		*'|'*) command -v "${package#*|}" >/dev/null && continue ;;
		esac
		absent="$absent ${package%%|*}"
	done
	[ -n "$absent" ] || return 0
	if [ "$(id -u)" != 0 ]; then
		complain "To $purpose, these Debian packages are missing. As root:"
		complain "    apt-get install --no-install-recommends$absent"
		return 1
	fi
	say "Debian packages that are missing:$absent"
	# shellcheck disable=SC2086
	step "Installing them" install_packages $absent
}

# The packages' own services are not wanted: ours run from their own directories. What is installed
# is for everybody, whatever our umask.
install_packages() {
	apt_log=$(mktemp) || return 1
	(
		umask 022
		policy=/usr/sbin/policy-rc.d
		if [ ! -e $policy ]; then
			trap 'rm -f $policy' EXIT
			trap 'exit 1' INT TERM HUP
			printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy || exit 1
		fi
		export DEBIAN_FRONTEND=noninteractive
		apt-get -q -o DPkg::Lock::Timeout=120 update &&
			apt-get -q -y -o DPkg::Lock::Timeout=120 --no-install-recommends install "$@"
	) >"$apt_log" 2>&1 </dev/null || {
		tail -n 40 "$apt_log" >&2
		complain "apt-get could not install: $*"
		rm -f "$apt_log"
		return 1
	}
	rm -f "$apt_log"
}

# For those who read this file.
# shellcheck disable=SC2034
BUILD_PACKAGES='gcc libc6-dev make autoconf automake pkg-config
	libtalloc-dev libjson-c-dev libmariadb-dev libsodium-dev liboath-dev libqrencode-dev libcurl4-openssl-dev
	libssl-dev libinih-dev libpng-dev libjpeg62-turbo-dev libwebp-dev libgif-dev libseccomp-dev zlib1g-dev clearsilver-dev libfcgi-dev libwslay-dev
	libunistring-dev libpango1.0-dev libical-dev libcmark-dev libproj-dev libzip-dev libexpat1-dev esbuild'
# shellcheck disable=SC2034
RUN_PACKAGES='mariadb-server-core mariadb-client-core lighttpd lighttpd-mod-deflate curl fonts-noto-core'
# shellcheck disable=SC2034
CHECK_PACKAGES='mariadb-client check clang clang-format shellcheck apache2 libapache2-mod-fcgid libapache2-mod-xsendfile
	util-linux procps git openssl nodejs|node npm|npm chromium chromium-headless-shell poppler-utils python3-icalendar'
# What a machine has, and whom the documents' site talks to: tests/deploy/run.
# shellcheck disable=SC2034
DEPLOY_PACKAGES='systemd sudo socat openssl ca-certificates curl groff-base nodejs|node'
# shellcheck disable=SC2034
FUZZ_PACKAGES='clang llvm'

# stack_build SOURCE BUILD-DIR [configure's options]: quick when nothing changed.
stack_build() {
	source=$1 build=$2
	shift 2
	if [ -e "$source/config.status" ]; then
		complain "$source was configured in place. Run 'make distclean' there first:" \
			"a tree is built either in place or beside it."
		return 1
	fi
	mkdir -p "$build" || return 1
	if [ ! -e "$source/configure" ] || [ ! -e "$source/Makefile.in" ]; then
		step "Making configure" build_step "$build/autoreconf.log" "$source" autoreconf -i || return 1
	fi
	if [ ! -e "$build/Makefile" ] || [ "$*" != "$(cat "$build/configured-with" 2>/dev/null)" ]; then
		# make does not see that what it made was for other options.
		find "$build" -name '*.[oa]' -exec rm -f {} +
		step "Configuring" build_step "$build/configure.log" "$build" "$source/configure" -q "$@" &&
			printf '%s' "$*" >"$build/configured-with" || return 1
	fi
	# Asked of the program, for `all` itself has always something to do. What is wrong is said by the step.
	make -C "$build" -q Makefile stamp-h1 gatehouse parts.stamp >/dev/null 2>&1 ||
		step "Building what changed" build_step "$build/make.log" "$build" make -s -j"$(nproc)" all || return 1
	[ -e "$source/static/gate/zxing/zxing_reader.wasm" ] || complain \
		"(The gate's app reads codes by camera only where the browser can: install npm, and make -C $build parts.)"
}

# build_step LOG DIR COMMAND…: runs it there.
build_step() {
	step_log=$1 where=$2
	shift 2
	(cd "$where" && "$@") >"$step_log" 2>&1 </dev/null || {
		grep -v -e '^$' -e '^  [A-Z]' "$step_log" | tail -n 40 >&2
		complain "(the whole log: $step_log)"
		return 1
	}
}

# ---- processes: RUN/NAME.process holds "pid start-time", so a number that was given out again is
# not taken for ours. The programs' own pid files are theirs. ----

# The start time of a process in clock ticks since boot; nothing when it is gone or a zombie.
process_started() {
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'
}

# The pid of process NAME when it runs.
process_pid() {
	[ -e "$RUN/$1.process" ] || return 1
	read -r pid started <"$RUN/$1.process" || return 1
	[ -n "$started" ] && [ "$(process_started "$pid")" = "$started" ] && say "$pid"
}

# process_start NAME COMMAND…: in the background, in a session of its own, output to log/NAME.log.
# A pid that runs already is left alone.
process_start() {
	name=$1
	shift
	process_pid "$name" >/dev/null && return 0
	rm -f "$RUN/$name.process"
	setsid "$@" >>"$DIR/log/$name.log" 2>&1 </dev/null 9>&- &
	printf '%s %s\n' "$!" "$(process_started $!)" >"$RUN/$name.process"
}

# process_stop NAME [SECONDS]: asks by SIGTERM, and ends it by force when it has not gone by then.
process_stop() {
	pid=$(process_pid "$1") || {
		rm -f "$RUN/$1.process"
		return 0
	}
	kill "$pid" 2>/dev/null || :
	tenths=$((${2:-20} * 10))
	while process_pid "$1" >/dev/null; do
		if [ $tenths -le 0 ]; then
			complain "$1 (pid $pid) did not end in time; it is ended by force."
			kill -KILL "$pid" 2>/dev/null || :
			sleep 0.2
			break
		fi
		tenths=$((tenths - 1))
		sleep 0.1
	done
	rm -f "$RUN/$1.process"
}

# wait_for NAME SECONDS COMMAND…: until the command succeeds. Fails at once when process NAME died or
# there is no such command, and says what the command itself had to say.
wait_for() {
	awaited=$1 limit=$2 tenths=$(($2 * 10))
	shift 2
	tried=$DIR/log/$awaited.tried
	until "$@" >"$tried" 2>&1; do
		asked=$?
		if [ $asked = 126 ] || [ $asked = 127 ]; then
			complain "Whether $awaited is ready cannot be asked: $(cat "$tried")"
			return 1
		fi
		if ! process_pid "$awaited" >/dev/null; then
			complain "$awaited did not start. The end of its log:"
			tail_of 15 "$DIR/log/$awaited.log"
			return 1
		fi
		tenths=$((tenths - 1))
		if [ $tenths -le 0 ]; then
			complain "$awaited is not ready after $limit s. Asked by '$*': status $asked $(cat "$tried")" \
				"The end of its log:"
			tail_of 15 "$DIR/log/$awaited.log"
			return 1
		fi
		sleep 0.1
	done
	rm -f "$tried"
}

# ---- where things are ----

# stack_open DIR: sets DIR and RUN. A Unix socket's path may have 107 bytes, so below a deep
# directory the sockets move to one of their own in /tmp, remembered in DIR/run.path.
stack_open() {
	DIR=$(stack_absolute "$1") || return 1
	RUN=$DIR/run
	if [ ${#RUN} -gt 85 ]; then
		RUN=$(cat "$DIR/run.path" 2>/dev/null || :)
		if [ -z "$RUN" ] || [ ! -d "$RUN" ] || [ ! -O "$RUN" ]; then
			RUN=$(mktemp -d /tmp/gatehouse.XXXXXX) || return 1
			printf '%s\n' "$RUN" >"$DIR/run.path"
		fi
	fi
	# DIR itself may be anybody's; what is below it is ours alone.
	mkdir -p "$RUN" "$DIR/log" "$DIR/files" && chmod 700 "$RUN" "$DIR/log" "$DIR/files" || return 1
	INI=$DIR/gatehouse.ini
	DB_SOCKET=$RUN/mariadb.sock
}

# ---- the database ----

# Without TLS, which a newer client asks for on a socket too.
db_sql() { mariadb --no-defaults --skip-ssl -u root -S "$DB_SOCKET" --connect-timeout=2 -N -B -e "$1"; }

# A server that begins clears TMPDIR of what it takes for an earlier one's tables, another server's too.
db_make() {
	rm -rf "$DIR/db.new"
	mkdir -p "$DIR/tmp" || return 1
	TMPDIR=$DIR/tmp mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$DIR/db.new" \
		--auth-root-authentication-method=normal --skip-test-db >"$DIR/log/install-db.log" 2>&1 || {
		tail_of 20 "$DIR/log/install-db.log"
		return 1
	}
	mv "$DIR/db.new" "$DIR/db"
}

# A private server: no network, its socket in a directory that only we can enter.
db_run() {
	mkdir -p "$DIR/tmp" || return 1
	# shellcheck disable=SC2086
	process_start mariadb mariadbd --defaults-file="$GATEHOUSE_SHARE/httpd/mariadb.cnf" \
		--user="$(id -un)" --datadir="$DIR/db" --socket="$DB_SOCKET" \
		--pid-file="$RUN/mariadbd.pid" --skip-networking --skip-log-bin \
		--innodb-buffer-pool-size=256M --innodb-log-file-size=96M --max-connections=400 \
		--tmpdir="$DIR/tmp" ${STACK_DB:-}
	wait_for mariadb 60 db_sql 'SELECT 1' || return 1
	# The program's own account may do what it likes to its own database and nothing else.
	db_sql "CREATE USER IF NOT EXISTS gatehouse@localhost;
		GRANT ALL ON gatehouse.* TO gatehouse@localhost"
}

db_start() {
	[ -d "$DIR/db/mysql" ] || step "Making the database" db_make || return 1
	step "MariaDB" db_run
}

db_stop() { process_stop mariadb 60; }

# ---- configuration ----

# One "section.key=value" a line becomes an ini file; of a key that comes twice the last one counts.
ini_from_lines() {
	awk '{
		at = index($0, "="); name = substr($0, 1, at - 1); value = substr($0, at + 1)
		if (!at) next
		split(name, part, ".")
		if (!(part[1] in seen)) { seen[part[1]] = 1; order[++n] = part[1] }
		if (!(name in values)) keys[part[1]] = keys[part[1]] " " part[2]
		values[name] = value
	}
	END {
		print "# Written at every start: changes here do not last."
		for (i = 1; i <= n; i++) {
			printf "\n[%s]\n", order[i]
			k = split(keys[order[i]], key, " ")
			for (j = 1; j <= k; j++)
				printf "%s = %s\n", key[j], values[order[i] "." key[j]]
		}
	}'
}

# stack_ini PORT
stack_ini() {
	{
		cat <<-END
			site.name=Gatehouse
			site.base_url=http://127.0.0.1:$1
			site.demo=yes
			paths.run_dir=$RUN
			paths.templates=$GATEHOUSE_SHARE/templates
			paths.static=$GATEHOUSE_SHARE/static
			paths.migrations=$GATEHOUSE_SHARE/sql/migrations
			paths.demo_sql=$GATEHOUSE_SHARE/sql/demo
			paths.files=$DIR/files
			paths.key_file=$DIR/key
			paths.maintenance=$DIR/maintenance
			database.socket=$DB_SOCKET
			database.user=gatehouse
			database.name=gatehouse
		END
		printf '%s\n' "${STACK_SET:-}"
	} | ini_from_lines >"$INI.new" && chmod 600 "$INI.new" && mv "$INI.new" "$INI"
}

# ---- the web servers ----

# web_run PORT COMMAND…: until the program answers through it.
web_run() {
	web_port=$1
	shift
	process_start web "$@"
	wait_for web 30 web_ready "$web_port"
}

web_ready() { curl -fsS -m 30 -o /dev/null "http://127.0.0.1:$1/readyz"; }

# lighttpd as on a real site, with the variables at the head of its file set to this directory.
web_lighttpd() {
	fds=$(ulimit -Hn)
	[ "$fds" = unlimited ] || [ "$fds" -gt 42000 ] && fds=42000
	mkdir -p "$DIR/cache"
	sed -e "s|^var.run *=.*|var.run = \"$RUN\"|" \
		-e "s|^var.static *=.*|var.static = \"$GATEHOUSE_SHARE/static\"|" \
		-e "s|^var.files *=.*|var.files = \"$DIR/files\"|" \
		-e "s|^var.cache *=.*|var.cache = \"$DIR/cache\"|" \
		-e "s|^server.port *=.*|server.port = $1|" \
		-e "s|^server.bind *=.*|server.bind = \"127.0.0.1\"|" \
		-e "s|\[::\]:80\b|[::1]:$1|" \
		-e "s|^server.max-fds *=.*|server.max-fds = $fds|" \
		-e "s|^server.max-connections *=.*|server.max-connections = $((fds / 2))|" \
		-e "s|^server.pid-file *=.*|server.pid-file = \"$RUN/lighttpd.pid\"|" \
		-e "s|^var.errors *=.*|var.errors = \"$DIR/log/lighttpd-error.log\"|" \
		-e "/^server.username/d; /^server.groupname/d" \
		"$GATEHOUSE_SHARE/httpd/lighttpd.conf" >"$DIR/lighttpd.conf" || return 1
	[ -z "${STACK_LIGHTTPD:-}" ] || printf '%s\n' "$STACK_LIGHTTPD" >>"$DIR/lighttpd.conf"
	ulimit -n "$fds" 2>/dev/null || :
	web_run "$1" lighttpd -D -f "$DIR/lighttpd.conf"
}

# Apache: a main file of our own around the sample, which stands unchanged but for its directories.
# web_apache PORT [SAMPLE]
web_apache() {
	modules=$(dirname "$(dpkg -L apache2-bin 2>/dev/null | grep '/mod_proxy_fcgi\.so$')")
	{
		cat <<-END
			ServerRoot "$DIR"
			PidFile "$RUN/apache.pid"
			Listen 127.0.0.1:$1
			ServerName 127.0.0.1
			ErrorLog "$DIR/log/apache-error.log"
			DefaultRuntimeDir "$RUN"
			Mutex file:$RUN default
			TypesConfig /etc/mime.types
			Define GATEHOUSE_BEHIND_TLS
		END
		for m in mpm_event authz_core authz_host mime env setenvif headers rewrite alias dir \
			filter deflate proxy proxy_fcgi proxy_http xsendfile fcgid; do
			[ ! -e "$modules/mod_$m.so" ] || say "LoadModule ${m}_module $modules/mod_$m.so"
		done
		sed -e "s|/run/gatehouse|$RUN|g" \
			-e "s|/usr/share/gatehouse|$GATEHOUSE_SHARE|g" \
			-e "s|/var/lib/gatehouse/files|$DIR/files|g" \
			-e "s|/srv/gatehouse|$DIR/site|g" "$GATEHOUSE_SHARE/httpd/${2:-apache.conf}"
	} >"$DIR/apache.conf" || return 1
	web_run "$1" apache2 -DFOREGROUND -f "$DIR/apache.conf"
}

# Shared hosting: a directory with .htaccess, the wrapper, the static files, and nothing else of ours
# running. The wrapper finds the program and its configuration below GATEHOUSE_HOME.
web_fcgid() {
	rm -rf "${DIR:?}/site" "${DIR:?}/home"
	mkdir -p "$DIR/site" "$DIR/home/bin"
	cp "$GATEHOUSE_SHARE/httpd/shared/.htaccess" "$GATEHOUSE_SHARE/httpd/shared/gatehouse.fcgi" "$DIR/site/" &&
		cp -R "$GATEHOUSE_SHARE/static" "$DIR/site/static" &&
		ln -s "$GATEHOUSE_BIN" "$DIR/home/bin/gatehouse" &&
		ln -s "$INI" "$DIR/home/gatehouse.ini" || return 1
	chmod 755 "$DIR/site/gatehouse.fcgi"
	web_apache "$1" apache-fcgid.conf
}

# ---- the whole ----

# Is the port free, or ours? A server that answered for another one would be believed.
port_is_ours() {
	process_pid web >/dev/null && return 0
	asked=0
	curl -s -m 2 -o /dev/null "http://127.0.0.1:$1/" || asked=$?
	case $asked in
	7) ;; # refused: nobody is there
	*)
		complain "Port $1 is in use by another program. Choose another: GATEHOUSE_PORT=… ./demo"
		return 1
		;;
	esac
}

# The pools of `serve`, each with a socket of its own.
POOLS='web gate book outside mark'

# All of its sockets are there.
serve_listens() {
	for pool in $POOLS; do
		[ -S "$RUN/$pool.sock" ] || return 1
	done
}

# need_commands NAME…: names all that are not there. Before anything starts: a MariaDB that is told to end while it
# begins may hang.
need_commands() {
	lacking=
	for needed in "$@"; do
		command -v "$needed" >/dev/null || lacking="$lacking $needed"
	done
	[ -z "$lacking" ] || {
		complain "These commands are not there:$lacking"
		return 1
	}
}

# stack_start PORT [KIND]: brings up what is not up. stack_open came before.
stack_start() {
	port=$1 kind=${2:-lighttpd}
	case $kind in lighttpd) web=lighttpd ;; *) web=apache2 ;; esac
	need_commands mariadb mariadbd mariadb-install-db curl $web && port_is_ours "$port" || return 1
	# Running on another port, or with a program that was built since: those are started anew.
	if [ "$kind $port" != "$(cat "$RUN/web.is" 2>/dev/null)" ]; then
		stack_stop_ours
	elif [ -e "$RUN/serve.process" ] && [ "$GATEHOUSE_BIN" -nt "$RUN/serve.process" ]; then
		stack_stop_ours
	fi
	db_start && stack_ini "$port" && step "The schema" program_step migrate || return 1
	if [ "${STACK_DEMO_DATA:-}" != none ]; then
		accounts=$(db_sql 'SELECT COUNT(*) FROM gatehouse.account') || return 1
		# shellcheck disable=SC2086
		[ "$accounts" != 0 ] || step "A month of demo data" program_step demo-data ${STACK_DEMO_DATA:-} || return 1
	fi
	printf '%s' "$kind $port" >"$RUN/web.is"
	if [ "$kind" = fcgid ]; then
		step "Apache with mod_fcgid" web_fcgid "$port"
	else
		step "serve, live, jobs, pictures" programs_run && step "$kind" "web_$kind" "$port"
	fi
}

# program_step COMMAND…: one of the program's own, to its end.
program_step() {
	"$GATEHOUSE_BIN" -c "$INI" "$@" >"$DIR/log/$1.log" 2>&1 || {
		tail_of 15 "$DIR/log/$1.log"
		return 1
	}
}

programs_run() {
	# A socket that stands there without its owner would look like one that is ready.
	process_pid serve >/dev/null || (cd "$RUN" && for pool in $POOLS; do rm -f "$pool.sock"; done)
	process_pid live >/dev/null || rm -f "$RUN/live.sock"
	process_pid pictures >/dev/null || rm -f "$RUN/picture.sock"
	for program in serve live jobs pictures; do
		process_start $program "$GATEHOUSE_BIN" -c "$INI" $program
	done
	wait_for serve 30 serve_listens && wait_for live 30 test -S "$RUN/live.sock" && wait_for jobs 1 process_pid jobs &&
		wait_for pictures 30 test -S "$RUN/picture.sock"
}

# From the outside in, so that nobody is sent to what has gone.
stack_stop_ours() {
	process_stop web 10
	process_stop live 10
	process_stop jobs 30
	process_stop serve 40
	process_stop pictures 10
	rm -f "$RUN/web.is"
}

stack_stop() {
	stack_stop_ours
	db_stop
	if [ "$RUN" != "$DIR/run" ]; then
		rm -rf "$RUN" "$DIR/run.path"
	fi
}

stack_status() {
	up=0
	for name in mariadb serve live jobs pictures web; do
		if pid=$(process_pid $name); then
			say "$name runs (pid $pid)"
			up=1
		else
			say "$name is down"
		fi
	done
	[ $up = 1 ]
}

# Ran as a command, not read by another script.
case ${0##*/} in
stack.sh)
	case ${1:-} in
	start) stack_open "$2" && stack_start "$3" "${4:-lighttpd}" ;;
	stop) stack_open "$2" && stack_stop ;;
	status) stack_open "$2" && stack_status ;;
	*)
		complain "stack.sh start DIR PORT [lighttpd|apache|fcgid] | stop DIR | status DIR"
		exit 2
		;;
	esac
	;;
esac
