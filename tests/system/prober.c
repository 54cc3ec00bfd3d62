/* SPDX-License-Identifier: BSD-3-Clause */
/* A flat-looking little SP that does what w3 says to its own memory; see aarch64_memory.sh. */
typedef unsigned long u64;

static u64 word[512] __attribute__((aligned(4096)));
static volatile u64 depth;

static void ffa(u64 x[8])
{
	register u64 x0 asm("x0") = x[0], x1 asm("x1") = x[1], x2 asm("x2") = x[2];
	register u64 x3 asm("x3") = x[3], x4 asm("x4") = 0, x5 asm("x5") = 0;
	register u64 x6 asm("x6") = 0, x7 asm("x7") = 0;

	asm volatile("svc #0"
		     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6),
		       "+r"(x7)
		     :
		     : "memory", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",
		       "x18", "cc");
	x[0] = x0;
	x[1] = x1;
	x[2] = x2;
	x[3] = x3;
}

__attribute__((noinline)) static u64 deeper(u64 n)
{
	volatile u64 here[64];

	here[n % 64] = n;
	depth = n;
	return deeper(n + 1) + here[n % 64];
}

__attribute__((noinline)) static u64 probe(u64 what, u64 top)
{
	u64 set[8] = {0x84000089 /* FFA_MEM_PERM_SET */, (u64)word, 1, 5};

	switch (what) {
	case 1: /* code is not writable */
		*(volatile u64 *)probe = 0;
		return 0;
	case 2: /* data cannot be run */
		word[0] = 0xd65f03c0d65f03c0;
		((void (*)(void))word)();
		return 0;
	case 3: /* the page below the stack */
		return deeper(0);
	case 4: /* the page above it */
		return *(volatile u64 *)((top + 4095) & ~4095ul);
	case 5: /* permissions are fixed after the first FFA_MSG_WAIT */
		ffa(set);
		return set[0] == 0x84000060 ? (unsigned)set[2] : 0;
	case 6: /* where it lies */
		return (u64)probe >> 12;
	default:
		return word[1];
	}
}

void _start(void)
{
	u64 x[8] = {0x8400006b /* FFA_MSG_WAIT */}, top;

	asm("mov %0, sp" : "=r"(top));
	for (;;) {
		ffa(x);
		x[3] = probe(x[3], top);
		x[1] = (x[1] & 0xffff) << 16 | x[1] >> 16;
		x[0] = 0x84000070; /* FFA_MSG_SEND_DIRECT_RESP */
		x[2] = 0;
	}
}
