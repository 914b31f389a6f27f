#!/bin/sh
# Makes this machine a lobby terminal, or brings one to the version of this folder. Run it as root, again and again.
#
#   install.sh              packages, users, program, units; then starts them
#   install.sh --root DIR   lays the files out under DIR only, for an image
#
# Your settings in /etc/madoguchi-terminal/ are never overwritten.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
root=
program=/opt/madoguchi-terminal

packages="python3-venv fonts-noto-cjk libusb-1.0-0 chromium cage xwayland wlr-randr libpam-systemd dbus unattended-upgrades"

main() {
	case "${1:-}" in
	"") ;;
	--root) root=${2:?"--root needs a folder"} ;;
	*) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
	esac
	if [ -n "$root" ]; then
		lay_out_program "$root$program"
		lay_out_files
		return
	fi
	[ "$(id -u)" = 0 ] || { echo "install.sh: run it as root (sudo)" >&2; exit 1; }
	apt-get update
	# shellcheck disable=SC2086 # several packages on purpose
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
	install_program
	lay_out_files
	systemd-sysusers /etc/sysusers.d/madoguchi-terminal.conf
	systemd-hwdb update
	udevadm control --reload
	udevadm trigger
	start
}

# The new program is made whole beside the old one, which keeps running until then and stays as .old.
install_program() {
	rm -rf "$program.new"
	lay_out_program "$program.new"
	python3 -m venv "$program.new/venv"
	# The list in the archive of `make dist` has its hashes in it.
	if grep -q -e '--hash=' "$here/requirements.txt"; then
		cp "$here/requirements.txt" "$program.new/requirements.txt"
	else
		(cd "$source" && python3 -m tools.hashes deploy/terminal/requirements.txt) > "$program.new/requirements.txt"
	fi
	"$program.new/venv/bin/python" -m pip install --disable-pip-version-check --no-cache-dir --require-hashes \
		-r "$program.new/requirements.txt"
	"$program.new/venv/bin/python" -m compileall -q "$program.new/kiosk"
	rm -rf "$program.old"
	if [ -e "$program" ]; then mv "$program" "$program.old"; fi
	mv "$program.new" "$program"
}

lay_out_program() {
	mkdir -p "$1"
	(cd "$source" && find kiosk -name __pycache__ -prune -o -type f -print | while read -r file; do
		install -D -m 644 "$file" "$1/$file"
	done)
	install -m 755 "$here/screen" "$1/screen"
	install -m 644 "$here/waiting.html" "$1/waiting.html"
}

lay_out_files() {
	for unit in madoguchi-terminal.service madoguchi-screen.service madoguchi-screen-restart.service \
		madoguchi-screen-restart.timer; do
		put "systemd/$unit" "/etc/systemd/system/$unit"
	done
	for timer in apt-daily apt-daily-upgrade; do
		put "systemd/$timer.timer.conf" "/etc/systemd/system/$timer.timer.d/madoguchi-terminal.conf"
	done
	put 52madoguchi-terminal /etc/apt/apt.conf.d/52madoguchi-terminal
	put sysusers.conf /etc/sysusers.d/madoguchi-terminal.conf
	put pam /etc/pam.d/madoguchi-screen
	put chromium-policy.json /etc/chromium/policies/managed/madoguchi-terminal.json
	put 70-madoguchi-printer.rules /etc/udev/rules.d/70-madoguchi-printer.rules
	put 70-madoguchi-keys.hwdb /etc/udev/hwdb.d/70-madoguchi-keys.hwdb
	install -D -m 755 "$here/staff-command" "$root/usr/local/sbin/madoguchi-terminal"
	settings kiosk.env 600
	settings screen.env 644
}

put() {
	install -D -m 644 "$here/$1" "$root$2"
}

settings() {
	kept="$root/etc/madoguchi-terminal/$1"
	[ -e "$kept" ] || install -D -m "$2" "$here/$1" "$kept"
}

start() {
	systemctl daemon-reload
	systemctl set-default graphical.target
	systemctl restart apt-daily.timer apt-daily-upgrade.timer
	systemctl enable --now madoguchi-screen-restart.timer
	systemctl enable madoguchi-terminal.service madoguchi-screen.service
	if grep -q 'yoyaku.example.lg.jp' /etc/madoguchi-terminal/kiosk.env; then
		echo "Now fill in /etc/madoguchi-terminal/kiosk.env, then:"
		echo "  systemctl restart madoguchi-terminal madoguchi-screen"
	else
		systemctl restart madoguchi-terminal.service madoguchi-screen.service
	fi
}

main "$@"
