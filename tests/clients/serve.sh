#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# One machine and many clients: `ffasim serve` and `ffasim attach`. Clients at the same time and one
# after the other, killed ones, peers that are no clients, a second server at the same place; no
# descriptor is left in the server, and at the end the driver's leak check has nothing to say.
# usage: serve.sh SOURCE-ROOT FFASIM CLIENT [CLIENTS CALLS STARTS]
set -u
src=$1 ffasim=$2 client=$3 clients=${4:-24} calls=${5:-40} starts=${6:-40}
uuid=7e3a5c1052d14b8e9a771f0c6d2e4b01
tmp=$(mktemp -d) || exit 1
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$tmp"' EXIT
cd "$src" || exit 1
status=0 apart=0
sock=$tmp/s

fail() {
	echo "FAIL: $1"
	cat "$tmp"/err* "$tmp"/server
	status=1
}

# attach WANTED-CODE COMMAND...
attach() {
	want=$1
	shift
	timeout -k 5 60 "$ffasim" attach --socket "$sock" -- "$@" >"$tmp/out" 2>"$tmp/err"
	code=$?
	[ $code -eq "$want" ] || fail "attach $*: exit $code, expected $want"
}

# await_line PATTERN FILE
await_line() {
	tries=0
	while ! grep -q "$1" "$2" 2>/dev/null && [ $tries -lt 600 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}

# until the server whose stderr that is takes clients
await_serving() { await_line '^serving' "$1"; }

# endless: a client that is at work when this returns; its number is in pid, that of what attached it in attached
endless() {
	rm -f "$tmp/pid"
	"$ffasim" attach --socket "$sock" -- sh -c "echo \$\$ >$tmp/pid; exec \"$client\" $uuid 100000000" >"$tmp/out" 2>"$tmp/err" &
	attached=$!
	await_line . "$tmp/pid"
	pid=$(cat "$tmp/pid")
	sleep 0.2
}

# Not those of debug information, which is read when somebody asks for a place of code.
descriptors() { ls -l "/proc/$server/fd" | grep -vc "\.so$"; }

attach 2 true
grep -q "^ffasim: attach: --socket $sock: No such file" "$tmp/err" || fail "no server is no clear line"

"$ffasim" exec scenarios/clients/plain.yaml -- true >"$tmp/out" 2>"$tmp/err"
if grep -q 'seccomp user notification is not allowed' "$tmp/err"; then
	echo "seccomp user notification is not allowed here"
	exit 77
fi
"$ffasim" serve scenarios/clients/plain.yaml --socket "$sock" --out "$tmp/saved" 2>"$tmp/server" &
server=$!
await_serving "$tmp/server"
before=$(descriptors)

attach 0 "$client" $uuid 20
grep -q '^20 answers$' "$tmp/out" || fail "no answers"
attach 3 sh -c 'exit 3'
attach 127 "$tmp/no-such-program"
attach 0 sh -c 'test -c /dev/tee0 && test "$(cat /sys/class/tee/tee0/implementation_id)" = 3'

# All at once, on one SP with one context and sixteen buffers.
i=0
while [ $i -lt "$clients" ]; do
	"$ffasim" attach --socket "$sock" -- "$client" $uuid "$calls" crowd >"$tmp/out$i" 2>"$tmp/err$i" &
	eval "pid$i=\$!"
	i=$((i + 1))
done
i=0
while [ $i -lt "$clients" ]; do
	eval "wait \$pid$i" || fail "client $i of $clients"
	grep -q "^$calls answers\$" "$tmp/out$i" || fail "client $i has no answers"
	i=$((i + 1))
done
# One after the other.
i=0
while [ $i -lt "$starts" ]; do
	attach 0 "$client" $uuid 3
	i=$((i + 1))
done

# Killed in the middle of its calls: what it held is given back, the next one works.
endless
kill -9 "$pid"
wait $attached
[ $? -eq 137 ] || fail "a killed client's exit code"
attach 0 "$client" $uuid 20

# Peers that are no clients: one that says something else, one that says nothing.
python3 - "$sock" <<'EOF2' || fail "a peer that is no client"
import socket, struct, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(b"GET / HTTP/1.0\r\n\r\n")
assert struct.unpack("i", s.recv(4))[0] != 0
quiet = socket.socket(socket.AF_UNIX)
quiet.connect(sys.argv[1])
fake = socket.socket(socket.AF_UNIX)
fake.connect(sys.argv[1])
hello = struct.pack("I16s", 0x33616666, b"fake")
socket.send_fds(fake, [hello], [0])
assert struct.unpack("i", fake.recv(4))[0] == 71  # EPROTO: not a listener
EOF2
attach 0 "$client" $uuid 20

"$ffasim" serve scenarios/clients/plain.yaml --socket "$sock" >"$tmp/out" 2>"$tmp/err"
[ $? -eq 2 ] && grep -q 'Address already in use' "$tmp/err" || fail "a second server"
echo mine >"$tmp/mine"
"$ffasim" serve scenarios/clients/plain.yaml --socket "$tmp/mine" >"$tmp/out" 2>"$tmp/err"
[ $? -eq 2 ] && grep -q 'Address already in use' "$tmp/err" && [ "$(cat "$tmp/mine")" = mine ] || fail "a file in place of a socket"
# Servers and clients in pid namespaces of their own: who is not seen is told so.
if unshare -rpf --mount-proc true 2>"$tmp/err"; then
	timeout -k 5 60 unshare -rpf --mount-proc "$ffasim" attach --socket "$sock" -- "$client" $uuid 20 >"$tmp/out" 2>"$tmp/err" || fail "a client in a namespace below"
	apart=1
	timeout 60 unshare -rpf --kill-child --mount-proc "$ffasim" serve scenarios/clients/plain.yaml --socket "$sock.below" 2>"$tmp/err-below" &
	below=$!
	await_serving "$tmp/err-below"
	timeout -k 5 60 "$ffasim" attach --socket "$sock.below" -- true >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 2 ] && grep -q 'pid namespace' "$tmp/err" || fail "a server in a namespace below"
	kill $below
	wait $below
fi
# The kernel tells of the last closes a moment after the client is gone.
i=0
while [ "$(descriptors)" -ne "$before" ] && [ $i -lt 30 ]; do
	attach 0 true
	i=$((i + 1))
done
[ "$(descriptors)" -eq "$before" ] || fail "the server holds $(descriptors) descriptors, before clients $before"

# Stopped while a client is at work: it finds no device any more, the machine is judged.
endless
kill -TERM $server
wait $server
code=$?
server=
[ $code -eq 0 ] || fail "serve: exit $code"
wait $attached
[ $? -ne 0 ] && grep -q 'Function not implemented' "$tmp/err" || fail "a client whose server stopped"
grep -q '^pass ' "$tmp/server" || fail "no verdict"
grep -q "^$((clients + starts + 7 + 1 + apart + i)) clients served$" "$tmp/server" || fail "count of clients"
[ ! -e "$sock" ] || fail "the socket is left"
[ $status -eq 0 ] && echo "$clients clients at once, $starts one after the other"
exit $status
