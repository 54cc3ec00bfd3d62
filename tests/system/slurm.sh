#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A campaign as a Slurm job array (issue 5, item 5): a cluster of one node on the loopback, with its
# own munge, controller and node daemon in a temporary folder; docs/campaign.sbatch is submitted with
# the real sbatch, the shards are merged, and the sum is what one process finds. The same with GNU
# parallel where it is installed. Skips (77) without slurm-wlm and munge.
# usage: slurm.sh FFASIM SOURCE MUTANT
set -u
PATH=$PATH:/usr/sbin:/sbin
for tool in sbatch slurmctld slurmd munged; do
	command -v $tool >/dev/null || { echo "no $tool: skipped (Debian: slurm-wlm munge)"; exit 77; }
done
ffasim=$(realpath "$1") src=$2 mutant=$(realpath "$3")
cd "$src" || exit 1
dir=$(TMPDIR=/tmp mktemp -d) || exit 1 # not wherever it may be: the path of a socket is short
pids=
ended() {
	for p in $pids; do kill "$p" 2>/dev/null; done
	for p in $pids; do wait "$p" 2>/dev/null; done
	rm -rf "$dir"
}
trap ended EXIT
fail() {
	echo "FAIL $1"
	for log in "$dir"/*.log "$dir"/munge/log "$dir"/job-*; do
		[ -f "$log" ] && echo "== ${log##*/}" && tail -n 15 "$log"
	done
	exit 1
}
# await WHAT COMMAND...: at most two minutes
await() {
	what=$1
	shift
	n=0
	until "$@" >/dev/null 2>&1; do
		n=$((n + 1))
		[ $n -lt 600 ] || fail "$what"
		sleep 0.2
	done
}

host=$(hostname -s) user=$(id -un)
# Two ports that nobody has, below those the host gives out by itself.
port=$(python3 - $((10000 + $$ % 20000)) <<'END'
import itertools, socket, sys
for port in itertools.count(int(sys.argv[1])):
    try:
        with socket.socket() as a, socket.socket() as b:
            a.bind(("", port)), b.bind(("", port + 1))
            sys.exit(print(port))
    except OSError:
        pass
END
) || fail "no port"
mkdir "$dir/munge" "$dir/state" "$dir/spool"
chmod 755 "$dir" "$dir/munge" # munged wants its folder to be nobody else's, and its socket reachable
dd if=/dev/urandom of="$dir/munge/key" bs=1024 count=1 2>/dev/null
chmod 400 "$dir/munge/key"
munged --foreground --force --key-file="$dir/munge/key" --socket="$dir/munge/socket" \
	--pid-file="$dir/munge/pid" --log-file="$dir/munge/log" --seed-file="$dir/munge/seed" \
	>"$dir/munged.log" 2>&1 &
pids=$!
# config_overrides: a host with one processor can be the node as well.
cat >"$dir/slurm.conf" <<END
ClusterName=loop
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
SlurmUser=$user
SlurmdUser=$user
MessageTimeout=100
SlurmdParameters=config_overrides
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF="$dir/slurm.conf"
await "munged does not start" test -S "$dir/munge/socket"
slurmctld -D >/dev/null 2>"$dir/ctld-stderr.log" &
pids="$pids $!"
await "slurmctld does not answer" scontrol ping
slurmd -D >/dev/null 2>"$dir/slurmd-stderr.log" &
pids="$pids $!"
idle() { [ "$(sinfo -h -o %t)" = idle ]; }
await "the node does not come up" idle

bad=$dir/broken.yaml
sed "s|^machine: {pes: 2, leaks: true}|machine: {pes: 2, leaks: true, modules: [tee, arm_ffa, {name: tstee, path: $mutant}]}|" \
	scenarios/regress/close-vs-invoke.yaml >"$bad"
"$ffasim" explore "$bad" --runs 8000 --results "$dir/whole" >"$dir/whole.log" 2>&1
[ $? -eq 1 ] || fail "the mutant is not found"

FFASIM=$ffasim sbatch --wait --array=1-4 --export=ALL -o "$dir/job-%a" docs/campaign.sbatch \
	"$bad" "$dir/shards" --runs 8000 >"$dir/sbatch.log" 2>&1
# Findings are exit code 1 of a shard, and so of sbatch --wait.
[ $? -eq 1 ] || fail "sbatch: no shard ends with a finding"
for k in 1 2 3 4; do
	grep -q "shard $k/4" "$dir/job-$k" || fail "no output of shard $k"
done
same() {
	"$ffasim" merge "$dir/$1"/* --out "$dir/$1-merged" >"$dir/merge.log" 2>&1
	[ $? -eq 1 ] || fail "$1: merge"
	for what in runs failed points distinct pairs complete; do
		a=$(grep "^ \"$what\":" "$dir/whole/state.json") b=$(grep "^ \"$what\":" "$dir/$1-merged/state.json")
		[ "$a" = "$b" ] || fail "$1: shards give $b, one process $a"
	done
	for f in "$dir/$1-merged"/findings/*.yaml; do
		"$ffasim" replay "$f" >"$dir/replay.log" 2>&1
		[ $? -eq 1 ] || fail "$1: a finding does not repeat"
	done
}
same shards
if command -v parallel >/dev/null; then
	HOME=$dir parallel --will-cite -j 2 "$ffasim" explore "$bad" --runs 8000 --shard {}/4 \
		--results "$dir/local/{}" ::: 1 2 3 4 >"$dir/parallel.log" 2>&1
	same local
fi
echo "four jobs of a real array are one campaign"
