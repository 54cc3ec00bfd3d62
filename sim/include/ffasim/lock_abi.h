/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of the lock SP: 32-bit direct requests, opcode in w3, status of the answer in w4. */
#ifndef FFASIM_LOCK_ABI_H
#define FFASIM_LOCK_ABI_H

enum lock_op {
	LOCK_HOLD = 1,	  /* w4 lock, w5 us with it, w6 us after; answer w5 = us of spinning */
	LOCK_RESUME = 2,  /* w4 slot: goes on with what a managed exit parked there */
	LOCK_PATTERN = 3, /* w6 us, registers checked; answer w5 = lost, w6 = lost across SMC */
	LOCK_CALL = 4,	  /* w4 partition, w5 opcode for it, w6 us: sends that with w6 as its w6 */
	LOCK_TRY = 5,	  /* w4 lock, w5 us, w6 us: mutex; answers LOCK_TAKEN instead of spinning */
	LOCK_COUNTS = 6,  /* answer w5 = secure interrupts, w6 = managed exits, w7 = wakes */
	LOCK_YIELD = 7,	  /* FFA_YIELD, then as LOCK_HOLD without a lock: w6 us */
};

enum lock_status {
	LOCK_DONE = 0,
	LOCK_PARKED = 1, /* managed exit: w5 = slot for LOCK_RESUME */
	LOCK_TAKEN = 2,	 /* somebody has it: ask again */
	LOCK_BAD = 3,	 /* unknown opcode, lock or slot, or no slot left */
	LOCK_FFA = 4,	 /* w5 = FF-A error of the partition's own call */
};

#define LOCK_COUNT 16

#endif
