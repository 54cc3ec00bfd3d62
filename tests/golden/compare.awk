# SPDX-License-Identifier: BSD-3-Clause
# Compares one run's `--log wire` output with a recording.
# usage: awk -f compare.awk RECORDING LOG; prints what differs, exits 1 when something does.
#
# A recording holds, one a line:
#   0 main 8400006f 8002 0 ... -> 84000070 ...   this SMC, exactly; "?" stands for any register,
#                                                 "?" as CPU for any CPU, with or without a move
#   * MIN MAX LINE                                LINE, MIN to MAX times in a row
#   + MIN MAX REGISTERS                           how often these registers occur, whatever the order
#   ...                                           any lines up to the next one given
#   @tasks NAME...                                the tasks compared; each in its own order
#   @runs-follow-interrupts TASK                  each FFA_INTERRUPT answered by one FFA_RUN, same w1
#   @moves TASK MIN MAX                           times the task issued an SMC on another CPU than before
#   @log LO HI TEXT                               a kernel line stamped LO..HI s;
#                                                 {A..B} in TEXT is a number from A to B
#   @nolog TEXT                                   no kernel line holds TEXT
# '#' opens a comment line. Lines of other tasks are ignored.

function fail(what) {
	printf "%s: %s\n", recording, what
	failures++
}

function is_wire(line) {
	return line ~ /^[0-9]+(>[0-9]+)? [^ ]+( [0-9a-f]+)+ -> [0-9a-f]+( [0-9a-f]+)+ *$/
}

# Field by field: "?" in the recording matches anything.
function same(want, got,   a, b, n, i) {
	n = split(want, a, " ")
	if (split(got, b, " ") != n) return 0
	for (i = 1; i <= n; i++)
		if (a[i] != b[i] && a[i] != "?") return 0
	return 1
}

function task_of(line,   w) { split(line, w, " "); return w[2] }

# Text with {A..B} against a line; the line may go on after the text.
function text_matches(pattern, line,   head, lo, hi, num) {
	for (;;) {
		if (!match(pattern, /\{[0-9]+\.\.[0-9]+\}/))
			return substr(line, 1, length(pattern)) == pattern
		head = substr(pattern, 1, RSTART - 1)
		lo = substr(pattern, RSTART + 1, RLENGTH - 2)
		pattern = substr(pattern, RSTART + RLENGTH)
		hi = lo
		sub(/\.\..*/, "", lo)
		sub(/.*\.\./, "", hi)
		if (substr(line, 1, length(head)) != head) return 0
		line = substr(line, length(head) + 1)
		if (!match(line, /^-?[0-9]+/)) return 0
		num = substr(line, 1, RLENGTH) + 0
		if (num < lo + 0 || num > hi + 0) return 0
		line = substr(line, RLENGTH + 1)
	}
}

FNR == 1 { file++ }

file == 1 {
	if (FNR == 1) { recording = FILENAME; sub(/.*\//, "", recording) }
	if ($0 ~ /^[ \t]*(#|$)/) next
	if ($1 == "@run") next
	if ($1 == "@tasks") { for (i = 2; i <= NF; i++) wanted[$i] = 1; next }
	if ($1 == "@runs-follow-interrupts") { follow[$2] = 1; next }
	if ($1 == "@moves") { moves_min[$2] = $3; moves_max[$2] = $4; next }
	if ($1 == "@log") {
		log_lo[++logs] = $2; log_hi[logs] = $3
		t = $0; sub(/^@log [^ ]+ [^ ]+ /, "", t); log_text[logs] = t
		next
	}
	if ($1 == "@nolog") { t = $0; sub(/^@nolog /, "", t); nolog[++nologs] = t; next }
	if ($1 == "+") {
		t = $0; sub(/^\+ [0-9]+ [0-9]+ /, "", t)
		tot_min[++totals] = $2; tot_max[totals] = $3; tot_text[totals] = t
		next
	}
	if ($1 == "...") { pending_skip = 1; next }
	t = $0; min = max = 1
	if ($1 == "*") { min = $2; max = $3; sub(/^\* [0-9]+ [0-9]+ /, "", t) }
	k = task_of(t)
	if (!(k in wanted)) { fail("line " FNR ": task " k " is not in @tasks"); next }
	n = ++want_count[k]
	want[k, n] = t; want_min[k, n] = min; want_max[k, n] = max; want_line[k, n] = FNR
	want_skip[k, n] = pending_skip
	pending_skip = 0
	next
}

# The log.
is_wire($0) {
	sub(/ *$/, "")
	wire_lines++
	k = $2
	if (k in wanted) got[k, ++got_count[k]] = $0
	t = $0; sub(/^[^ ]+ [^ ]+ /, "", t)
	for (i = 1; i <= totals; i++)
		if (same(tot_text[i], t)) tot_got[i]++
	next
}
# Kernel lines: "[   22.332056] text".
/^\[ *[0-9]+\.[0-9]+\] / {
	t = $0; sub(/^\[ */, "", t)
	s = t + 0
	sub(/^[0-9.]+\] /, "", t)
	kline[++klines] = t; ktime[klines] = s
}

END {
	if (!wire_lines) fail("no SMC in the log")
	for (k in wanted) compare_task(k)
	for (k in follow) check_follow(k)
	for (k in moves_min) check_moves(k)
	for (i = 1; i <= totals; i++)
		if (tot_got[i] + 0 < tot_min[i] || tot_got[i] + 0 > tot_max[i])
			fail((tot_got[i] + 0) " times " tot_text[i] ", recorded " tot_min[i] ".." tot_max[i])
	for (i = 1; i <= logs; i++) check_log(i)
	for (i = 1; i <= nologs; i++)
		for (j = 1; j <= klines; j++)
			if (index(kline[j], nolog[i])) fail("kernel says: " kline[j])
	exit failures ? 1 : 0
}

function compare_task(k,   i, j, n, seen) {
	j = 1
	for (i = 1; i <= want_count[k]; i++) {
		if (want_skip[k, i])
			while (j <= got_count[k] && !same(want[k, i], got[k, j])) j++
		for (seen = 0; seen < want_max[k, i] && j <= got_count[k] && same(want[k, i], got[k, j]); seen++) j++
		if (seen < want_min[k, i]) {
			fail("line " want_line[k, i] ": " seen " of " want_min[k, i] ".." want_max[k, i] " times\n  recorded " \
				want[k, i] "\n  run      " (j <= got_count[k] ? got[k, j] : "(no more SMCs of " k ")"))
			return
		}
	}
	if (want_count[k] && j <= got_count[k] && !pending_skip)
		fail("after the recording " k " goes on with\n  run      " got[k, j])
}

function check_follow(k,   i, w, v, last, n) {
	last = ""
	for (i = 1; i <= got_count[k]; i++) {
		split(got[k, i], w, " ")
		if (last != "" && (w[3] != "8400006d" || w[4] != last))
			fail("FFA_INTERRUPT " last " is followed by\n  run      " got[k, i])
		# columns: cpu task w0..w7 -> w0..w7
		last = w[12] == "84000062" ? w[13] : ""
		n += last != ""
	}
	if (!n) fail("no FFA_INTERRUPT of " k)
}

function check_moves(k,   i, w, c, last, n) {
	last = ""
	for (i = 1; i <= got_count[k]; i++) {
		split(got[k, i], w, " ")
		split(w[1], c, ">")
		if (last != "" && c[1] != last) n++
		last = c[1]
	}
	if (n + 0 < moves_min[k] || n + 0 > moves_max[k])
		fail(k " moved " (n + 0) " times, recorded " moves_min[k] ".." moves_max[k])
}

function check_log(i,   j) {
	for (j = 1; j <= klines; j++)
		if (text_matches(log_text[i], kline[j]) && ktime[j] >= log_lo[i] && ktime[j] <= log_hi[i])
			return
	fail("no kernel line in " log_lo[i] ".." log_hi[i] " s: " log_text[i])
}
