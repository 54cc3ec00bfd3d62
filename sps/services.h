/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * UUIDs, opcodes and status codes of the native SPs. Argument layout and the table that the
 * scenario runner reads: sim/include/ffasim/services.h, filled by services.c from these numbers.
 */
#ifndef SPS_SERVICES_H
#define SPS_SERVICES_H

/* FF-A UUID of every TS RPC speaking SP: bdcd76d7-825e-4751-963b-86d4f84943ac. */
#define TS_RPC_UUID                                                                                \
	{                                                                                          \
		0xbd, 0xcd, 0x76, 0xd7, 0x82, 0x5e, 0x47, 0x51, 0x96, 0x3b, 0x86, 0xd4, 0xf8,      \
			0x49, 0x43, 0xac                                                           \
	}
/* Textual octet order. */
#define TS_UUID(a, b, c, d, e)                                                                     \
	{                                                                                          \
		(uint32_t)(a) >> 24, (a) >> 16 & 255, (a) >> 8 & 255, (a)&255, (b) >> 8, (b)&255,  \
			(c) >> 8, (c)&255, (d) >> 8, (d)&255, (uint64_t)(e) >> 40,                 \
			(e) >> 32 & 255, (e) >> 24 & 255, (e) >> 16 & 255, (e) >> 8 & 255, (e)&255 \
	}

/* Service UUIDs of this tree: 7e3a5c10-52d1-4b8e-9a77-1f0c6d2e4bNN. */
#define SPS_UUID(nn)                                                                               \
	{                                                                                          \
		0x7e, 0x3a, 0x5c, 0x10, 0x52, 0xd1, 0x4b, 0x8e, 0x9a, 0x77, 0x1f, 0x0c, 0x6d,      \
			0x2e, 0x4b, nn                                                             \
	}
#define ECHO_UUID SPS_UUID(0x01)
#define SPIN_UUID SPS_UUID(0x02)
#define MISBEHAVE_UUID SPS_UUID(0x03)
#define GOLDEN_UUID SPS_UUID(0x04)
#define TORTURE_UUID SPS_UUID(0x05)
#define LOCK_UUID SPS_UUID(0x06)
#define COUNTER_UUID SPS_UUID(0x07)
#define LEDGER_UUID SPS_UUID(0x08)

enum echo_op { ECHO_ECHO = 0, ECHO_REVERSE = 1, ECHO_SUM = 2, ECHO_LENGTH = 3 };

enum spin_op {
	SPIN_BURN = 1,
	SPIN_BURN_SVC = 2,
	SPIN_CHAIN = 3,
	SPIN_BOOT_RESULT = 4,
	SPIN_BURN_CLIENT = 5, /* work in us = RPC client id: needs no memory, used between SPs */
	SPIN_DAMAGE = 6,
};

/* Service status of spin: 0, or the sum of these; FF-A error codes (negative) from chain. */
enum { SPIN_BAD_REGS = 1, SPIN_BAD_MEMORY = 2, SPIN_BAD_TIME = 4, SPIN_BAD_SVC = 8 };

/* Guest code only (aarch64/). */
enum { TORTURE_MIX = 1, TORTURE_SVCS = 2, TORTURE_ALU = 3, TORTURE_STORE = 4, TORTURE_CALLS = 5 };
enum { LOCK_HOLD = 1 };
enum { COUNTER_MEASURE = 1 };
enum {
	LEDGER_AUDIT = 1,
	LEDGER_POST_SYMBOL = 2,
	LEDGER_POST_ADDRESS = 3,
	LEDGER_POST_SVCS = 4,
	LEDGER_POST_ANNOUNCED = 5,
	LEDGER_PREPARE = 6,
	LEDGER_COMMIT = 7,
};
enum { LEDGER_AUDITED = 1 }; /* status of commit */

enum misbehave_op {
	MISBEHAVE_OK = 0,
	MISBEHAVE_WRONG_DESTINATION = 1,
	MISBEHAVE_WRONG_SOURCE = 2,
	MISBEHAVE_NONZERO_W2 = 3,
	MISBEHAVE_RESP64 = 4,
	MISBEHAVE_ERROR = 5,
	MISBEHAVE_LONG_RESPONSE = 6,
	MISBEHAVE_NEVER = 7,
	MISBEHAVE_MSG_WAIT = 8,
	MISBEHAVE_RPC_STATUS = 9,
	MISBEHAVE_SERVICE_STATUS = 10,
	MISBEHAVE_REFUSE_RETRIEVE = 11,
	MISBEHAVE_REFUSE_RELINQUISH = 12,
	MISBEHAVE_KEEP_MEMORY = 13,
	MISBEHAVE_BAD_SVC = 14,
	MISBEHAVE_CRASH_UNDEF = 16,
	MISBEHAVE_CRASH_DATA_ABORT = 17,
	MISBEHAVE_CRASH_INSN_ABORT = 18,
	MISBEHAVE_CRASH_ALIGNMENT = 19,
	MISBEHAVE_CRASH_BRK = 20,
	MISBEHAVE_CRASH_SYSREG = 21,
	MISBEHAVE_CRASH_AFTER_SVC = 24,
	MISBEHAVE_CRASH_RESURRECT = 25,
	MISBEHAVE_CRASH_LATER = 26,
	MISBEHAVE_CRASH_AFTER_CALL = 27,
	MISBEHAVE_KEEP_POINTER = 28,
	MISBEHAVE_READ_POINTER = 29,
	MISBEHAVE_WRITE_POINTER = 30,
};

#endif
