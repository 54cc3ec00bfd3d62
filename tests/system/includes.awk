# SPDX-License-Identifier: BSD-3-Clause
# The include graph against design section 3. Input: "FILE<TAB>LINE<TAB>#include line" with FILE
# relative to the tree. Prints one line a violation; exits 1 when there is one.
#
# An area is the folder under sim/ (or driver, sps, tests). A quoted include names its area by its
# first component; one without a slash, or found beside the file, is the file's own business.
# Kernel-side code (driver, sim/tee, sim/arm_ffa and what it sees, sim/linux/include) may include
# kernel headers only: no simulator header, no libc.

BEGIN {
	FS = "\t"
	# area -> areas it may include, besides itself
	may["core"] = ""
	may["soc"] = "core"
	may["ffa"] = ""
	may["api"] = "soc core"
	may["sp"] = "ffa soc core api"
	may["spmc"] = "sp ffa soc core api"
	may["linux"] = "soc core"
	may["check"] = "core soc sp linux spmc explore"
	may["explore"] = "core soc"
	may["sps"] = "api ffa"
	# sps/optee is S-EL1: linked in beside the SPMC, of which it sees one header.
	may["optee"] = "sp ffa soc core spmc"
	may["host"] = "core soc ffa spmc sp linux check explore api sps optee"
	may["tests"] = "core soc ffa spmc sp linux check explore api sps optee host"
	kernel["tee"] = kernel["arm_ffa"] = kernel["driver"] = kernel["kernel-headers"] = 1
	for (a in may) {
		known[a] = 1
		n = split(may[a], w, " ")
		for (i = 1; i <= n; i++)
			allowed[a, w[i]] = 1
		allowed[a, a] = 1
	}
	# Compiler-provided, not libc: harmless in kernel-side code.
	freestanding["stdarg.h"] = freestanding["stddef.h"] = freestanding["stdint.h"] = 1
	uapi["linux/audit.h"] = uapi["linux/filter.h"] = uapi["linux/seccomp.h"] = uapi["linux/tee.h"] = 1
	freestanding["stdbool.h"] = freestanding["limits.h"] = 1
}

function area_of(file) {
	if (file ~ /^sim\/linux\/include\//) return "kernel-headers"
	if (file ~ /^sim\/include\//) return "api"
	if (file ~ /^sim\/[^\/]+\//) { sub(/^sim\//, "", file); sub(/\/.*/, "", file); return file }
	if (file ~ /^sps\/optee\//) return "optee"
	sub(/\/.*/, "", file)
	return file
}

function bad(what) {
	printf "%s:%s: %s\n", $1, $2, what
	failures++
}

{
	area = area_of($1)
	line = $3
	if (line ~ /<[^>]*>/) {
		match(line, /<[^>]*>/)
		target = substr(line, RSTART + 1, RLENGTH - 2)
		is_kernel = target ~ /^(linux|asm|asm-generic|crypto|uapi)\//
		if (target == "uv.h" && area != "host" && area != "tests")
			bad("libuv is for sim/host only")
		if (area in kernel) {
			if (!is_kernel && !(target in freestanding && area == "kernel-headers"))
				bad("kernel-side code includes <" target ">")
		} else if (area == "host" && target in uapi)
			; # the machine we run on, not the simulated one
		else if (is_kernel && area != "linux" && area != "tests")
			bad("<" target "> is for drivers and sim/linux only")
		next
	}
	if (!match(line, /"[^"]*"/)) {
		bad("include that is neither <> nor \"\"")
		next
	}
	target = substr(line, RSTART + 1, RLENGTH - 2)
	if (target ~ /\.\.\//) {
		bad("relative path upwards in \"" target "\"")
		next
	}
	if (target !~ /\//) next # beside the file
	to = target
	sub(/\/.*/, "", to)
	if (to == "ffasim") to = "api"
	if (area in kernel) {
		bad("kernel-side code includes \"" target "\"")
		next
	}
	if (area == "optee" && to == "spmc" && target != "spmc/trusted_os.h")
		bad("the Trusted OS sees spmc/trusted_os.h only, not \"" target "\"")
	if (area == "host" && to == "optee" && target != "optee/tas.h")
		bad("sim/host sees optee/tas.h only, not \"" target "\"")
	if (area == "sps" && !(to in known)) to = "sps" # sps/common and the SP's own folder
	if (!(area in known)) {
		bad("area " area " is not in the list of design section 3")
		next
	}
	if (!((area, to) in allowed))
		bad(area " may not include \"" target "\"")
}

END { exit failures ? 1 : 0 }
