/* SPDX-License-Identifier: BSD-3-Clause */
/* The smallest useful Secure Partition: it answers each direct request with w3 + 1. See
 * docs/aarch64.md. */
typedef unsigned int u32;
typedef unsigned long u64;

/* What a Trusted Services SP carries: UUID, stack size, flags, reserved. */
__attribute__((section(".sp_head"), used)) static const struct {
	unsigned char uuid[16];
	u32 stack_bytes, flags;
	u64 reserved;
} sp_head = {.uuid = {0xbd, 0xcd, 0x76, 0xd7, 0x82, 0x5e, 0x47, 0x51, 0x96, 0x3b, 0x86, 0xd4, 0xf8,
		      0x49, 0x43, 0xac},
	     .stack_bytes = 4096};

struct regs {
	u64 x[8];
};

static void ffa(struct regs *r)
{
	register u64 x0 asm("x0") = r->x[0], x1 asm("x1") = r->x[1], x2 asm("x2") = r->x[2];
	register u64 x3 asm("x3") = r->x[3], x4 asm("x4") = r->x[4], x5 asm("x5") = r->x[5];
	register u64 x6 asm("x6") = r->x[6], x7 asm("x7") = r->x[7];

	asm volatile("svc #0"
		     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6),
		       "+r"(x7)
		     :
		     : "memory", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",
		       "x18", "cc");
	*r = (struct regs){{x0, x1, x2, x3, x4, x5, x6, x7}};
}

void answer(struct regs *r)
{
	const u64 back = (r->x[1] & 0xffff) << 16 | r->x[1] >> 16;

	*r = (struct regs){{0x84000070 /* FFA_MSG_SEND_DIRECT_RESP */, back, 0, r->x[3] + 1}};
}

void _start(void)
{
	struct regs r = {{0x8400006b /* FFA_MSG_WAIT */}};

	for (;;) {
		ffa(&r);
		answer(&r);
	}
}
