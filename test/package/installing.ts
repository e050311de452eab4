/** The life of both packages on a system, as a script of bash: each line that is not true ends it, and bash says which. */
export const installing = `set -x
cd /packages
# Else each dpkg puts together anew the index of all manuals that the system has.
rm -f /var/lib/man-db/auto-update
# A “!” before a command would end nothing.
not() { if "$@"; then return 1; fi; }
apt-get install -y --no-install-recommends ./smartbox_*_amd64.deb ./smartbox-relay_*_amd64.deb
id smartbox | grep gpio | grep -q dialout
[ "$(stat -c '%U:%G %a' /etc/smartbox /etc/smartbox/box.yaml | tr '\\n' ' ')" = 'root:smartbox 750 root:smartbox 640 ' ]
[ "$(stat -c '%U:%G %a' /var/lib/smartbox)" = 'smartbox:smartbox 700' ]
[ "$(stat -c '%U:%G %a' /var/lib/smartbox-relay)" = 'smartbox-relay:smartbox-relay 700' ]
[ -L /etc/systemd/system/multi-user.target.wants/smartboxd.service ]
[ -f /lib/udev/rules.d/70-smartbox.rules ]
[ -f /lib/udev/rules.d/90-smartbox.rules ]
smartbox --version
smartbox-relay --version
smartboxd --config /usr/share/doc/smartbox/examples/box.yaml --check
. /usr/share/bash-completion/completions/smartbox
COMP_WORDS=(smartbox bookings im) COMP_CWORD=2
_smartbox
[ "\${COMPREPLY[*]}" = import ]
COMP_WORDS=(smartbox config new --board '') COMP_CWORD=4
_smartbox
[ "\${COMPREPLY[*]}" = 'pi4-4 pi5-4 zero2w-4' ]
COMP_WORDS=(smartbox open --w) COMP_CWORD=2
_smartbox
[ "\${COMPREPLY[*]}" = '--why --who' ]
not /usr/lib/smartbox/configured /etc/smartbox/box.yaml
systemd-analyze verify --man=no smartboxd.service smartbox-relay.service
command -v man >/dev/null && command -v col >/dev/null || apt-get install -y --no-install-recommends man-db bsdextrautils
# A system that keeps no documents keeps no manual either.
rm -f /etc/dpkg/dpkg.cfg.d/docker
man --path smartbox smartboxd smartbox-relay
man smartbox | col -b | grep -q 'bookings import'
# udev of systemd 254 and newer checks rules.
command -v udevadm >/dev/null || apt-get install -y --no-install-recommends udev
if udevadm verify --help >/dev/null 2>&1; then udevadm verify /lib/udev/rules.d/[79]0-smartbox.rules; fi
# What a box has, and what a technician wrote, stays through an upgrade and a removal.
echo journal >/var/lib/smartbox/smartbox.db
not smartbox config new --board pi4-4 --out /etc/smartbox/box.yaml
smartbox config new --board pi4-4 --out /etc/smartbox/box.yaml --replace
[ "$(stat -c '%U:%G %a' /etc/smartbox/box.yaml)" = 'root:smartbox 640' ]
dpkg -i ./smartbox_*.deb </dev/null
cmp /usr/share/doc/smartbox/examples/box.yaml /etc/smartbox/box.yaml
/usr/lib/smartbox/configured /etc/smartbox/box.yaml
apt-get remove -y smartbox </dev/null
[ ! -e /usr/lib/smartbox ]
grep -q journal /var/lib/smartbox/smartbox.db
grep -q slots /etc/smartbox/box.yaml
# A purge that can ask nobody keeps the journal, and says so; one that is told, deletes it.
dpkg --purge smartbox </dev/null | grep '/var/lib/smartbox stays'
[ ! -e /etc/smartbox ]
[ -e /var/lib/smartbox/smartbox.db ]
SMARTBOX_PURGE_DATA=yes dpkg --purge smartbox-relay
[ ! -e /var/lib/smartbox-relay ]
[ ! -e /usr/lib/smartbox-relay ]
# A person at a terminal is asked: no is no, and only the whole word is a yes.
purge() { printf '%s\\n' "$1" | script -qec 'env -u DEBIAN_FRONTEND dpkg --purge smartbox' /dev/null; }
dpkg -i ./smartbox_*.deb </dev/null
dpkg -r smartbox
purge y | grep 'Delete the journal'
grep -q journal /var/lib/smartbox/smartbox.db
dpkg -i ./smartbox_*.deb </dev/null
purge yes | grep 'Delete the journal'
[ ! -e /var/lib/smartbox ]
echo done to the end
`;
