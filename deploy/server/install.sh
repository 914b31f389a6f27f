#!/bin/sh
# Makes this machine the server, or brings it to the version of this folder. Run it as root, again and again.
#
#   install.sh              packages, user, program, service, Caddy, nightly updates and backup
#   install.sh --harden     firewall, SSH, fail2ban, logs: after you have put your addresses into their files
#   install.sh --root DIR   lays all files out under DIR only, for an image
#
# Your settings in /etc/madoguchi/, Caddyfile, nftables.conf and jail are never overwritten.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
root=
program=/opt/madoguchi
example=203.0.113.0/24
packages="python3-venv caddy ca-certificates fonts-noto-cjk unattended-upgrades dbus"
guards="openssh-server nftables fail2ban python3-systemd"

main() {
	case "${1:-}" in
	"") install_all ;;
	--harden) harden ;;
	--root)
		root=${2:?"--root needs a folder"}
		lay_out_program "$root$program"
		lay_out_files
		lay_out_guards
		;;
	*) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
	esac
}

install_all() {
	as_root
	# shellcheck disable=SC2086 # several packages on purpose
	apt_get $packages
	install_program
	lay_out_files
	systemd-sysusers /etc/sysusers.d/madoguchi.conf
	systemctl daemon-reload
	systemctl restart apt-daily.timer apt-daily-upgrade.timer
	systemctl enable --now madoguchi-backup.timer
	systemctl enable madoguchi.service
	if grep -q '^MADOGUCHI_SECRET_KEY=$' /etc/madoguchi/madoguchi.env; then
		echo "Now fill in /etc/madoguchi/madoguchi.env and /etc/caddy/Caddyfile, then:"
		echo "  systemctl restart madoguchi caddy"
	else
		systemctl restart madoguchi.service
	fi
}

# The new program is made whole beside the old one, which serves until then and stays as .old.
install_program() {
	rm -rf "$program.new"
	lay_out_program "$program.new"
	python3 -m venv "$program.new/venv"
	"$program.new/venv/bin/python" -m pip install --disable-pip-version-check --no-cache-dir --require-hashes \
		-r "$program.new/requirements.txt"
	# Its programs are called by `python -m`, so that it may be moved.
	"$program.new/venv/bin/python" -m compileall -q "$program.new/madoguchi"
	rm -rf "$program.old"
	if [ -e "$program" ]; then mv "$program" "$program.old"; fi
	mv "$program.new" "$program"
}

lay_out_program() {
	[ -e "$source/.web/build/client/index.html" ] || {
		echo "install.sh: the pages are not built here: take the archive that \`make dist\` makes" >&2
		exit 1
	}
	mkdir -p "$1"
	(cd "$source" && find madoguchi assets docs/first_office.py .web/build/client .web/backend/stateful_pages.json \
		\( -name __pycache__ -o -path assets/external \) -prune -o -type f -print | while read -r file; do
		install -D -m 644 "$file" "$1/$file"
	done)
	install -m 644 "$source/rxconfig.py" "$1/rxconfig.py"
	# The archive's list has its hashes in it.
	if grep -q -e '--hash=' "$source/requirements.txt"; then
		install -m 644 "$source/requirements.txt" "$1/requirements.txt"
	else
		(cd "$source" && python3 -m tools.hashes requirements.txt) > "$1/requirements.txt"
	fi
}

lay_out_files() {
	for unit in madoguchi.service madoguchi-backup.service madoguchi-backup.timer; do
		put "systemd/$unit" "/etc/systemd/system/$unit"
	done
	for timer in apt-daily apt-daily-upgrade; do
		put "systemd/$timer.timer.conf" "/etc/systemd/system/$timer.timer.d/madoguchi.conf"
	done
	put 52madoguchi /etc/apt/apt.conf.d/52madoguchi
	put sysusers.conf /etc/sysusers.d/madoguchi.conf
	install -D -m 755 "$here/staff-command" "$root/usr/local/sbin/madoguchi"
	settings madoguchi.env /etc/madoguchi/madoguchi.env 600
	settings Caddyfile /etc/caddy/Caddyfile 644 'TLS before the server'
}

lay_out_guards() {
	put journald.conf /etc/systemd/journald.conf.d/madoguchi.conf
	put sshd.conf /etc/ssh/sshd_config.d/10-madoguchi.conf
	put fail2ban/filter.conf /etc/fail2ban/filter.d/madoguchi.conf
	settings fail2ban/jail.conf /etc/fail2ban/jail.d/madoguchi.conf 644
	settings nftables.conf /etc/nftables.conf 755 'table inet madoguchi'
}

harden() {
	as_root
	# shellcheck disable=SC2086 # several packages on purpose
	apt_get $guards
	lay_out_guards
	for file in /etc/nftables.conf /etc/fail2ban/jail.d/madoguchi.conf; do
		if grep -q "$example" "$file"; then
			echo "install.sh: put your own addresses into $file, where $example stands, and call me again" >&2
			exit 1
		fi
	done
	home=$(getent passwd "${SUDO_USER:-root}" | cut -d: -f6)
	[ "$home" != /root ] && [ -s "$home/.ssh/authorized_keys" ] || {
		echo "install.sh: call me by sudo as a user who comes in by a key: root and passwords are shut out" >&2
		exit 1
	}
	nft -c -f /etc/nftables.conf
	sshd -t
	# Whoever is locked out waits for five minutes.
	systemd-run --quiet --unit=madoguchi-firewall-undo --on-active=5min /usr/sbin/nft delete table inet madoguchi
	systemctl enable nftables.service
	nft -f /etc/nftables.conf
	systemctl reload ssh.service
	systemctl restart systemd-journald.service fail2ban.service
	systemctl enable fail2ban.service
	echo "Sign in by SSH from a second window now. If that works: systemctl stop madoguchi-firewall-undo.timer"
	echo "If not, wait: in five minutes the firewall opens again until the next restart."
}

as_root() {
	[ "$(id -u)" = 0 ] || { echo "install.sh: run it as root (sudo)" >&2; exit 1; }
}

apt_get() {
	apt-get update
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

put() {
	install -D -m 644 "$here/$1" "$root$2"
}

# A file of the system's own is not taken for yours: it lacks the words that ours has.
settings() {
	kept="$root$2"
	if [ -e "$kept" ] && [ -n "${4:-}" ] && ! grep -q "$4" "$kept"; then
		mv "$kept" "$kept.before-madoguchi"
	fi
	[ -e "$kept" ] || install -D -m "$3" "$here/$1" "$kept"
}

main "$@"
