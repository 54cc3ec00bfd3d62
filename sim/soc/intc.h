/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupt controller: one pending state per INTID (per PE below 32), enables, targets, groups.
 * INTIDs: 0-15 SGI, 16-31 PPI (both per PE), 32..INTID_MAX-1 SPI (one target PE).
 * Priority is the INTID itself, lowest first. A level is not modelled: an interrupt is an edge.
 */
#ifndef FFASIM_SOC_INTC_H
#define FFASIM_SOC_INTC_H

#include <stdbool.h>
#include <stdint.h>

#include "core/evq.h"

#define INTID_MAX 256
#define INTID_TIMER 30	/* Non-secure physical timer PPI */
#define INTID_RESCHED 0 /* SGIs as Linux uses them */
#define INTID_CALL 1
#define INTID_STOP 2
#define INTID_NONE 1023

struct machine;
struct pe;

struct intc_pe {
	uint32_t pending; /* INTIDs 0..31 */
	uint32_t enabled;
	uint32_t spi_pending_count; /* enabled, pending NS SPIs that target this PE */
	uint32_t spi_secure_count;  /* the same, Secure ones */
	uint64_t pend_ns[32];	    /* when each became pending: latency */
};

/* An interrupt that a fault made late (intc_faults.c). */
#define IRQ_LATE_MAX 8
struct irq_late {
	struct ev ev;
	unsigned pe, intid;
};

struct intc {
	uint64_t spi_pending[INTID_MAX / 64];
	uint64_t spi_enabled[INTID_MAX / 64];
	uint64_t secure[INTID_MAX / 64]; /* group: set = Secure; not delivered to Linux */
	uint16_t spi_target[INTID_MAX];
	uint64_t spi_pend_ns[INTID_MAX];
	uint64_t raised, lost; /* lost: raised while already pending */
	struct irq_late late[IRQ_LATE_MAX];
};

void intc_reset(struct intc *intc);
void intc_pe_reset(struct intc_pe *pe);
/* Makes an INTID pending; wakes a waiting PE. @pe is ignored for SPIs. Emits irq.pend. An INTID or
 * PE that does not exist is an error of the caller and ends the process. */
void intc_raise(struct machine *m, unsigned pe, unsigned intid);
void intc_clear(struct machine *m, unsigned pe, unsigned intid);
void intc_enable(struct machine *m, unsigned pe, unsigned intid, bool on);
void intc_set_target(struct machine *m, unsigned intid, unsigned pe);
void intc_set_secure(struct machine *m, unsigned intid, bool secure);
bool intc_is_pending(const struct machine *m, unsigned pe, unsigned intid);
/* Highest-priority pending enabled NS INTID of this PE, pending state cleared; INTID_NONE when
 * spurious. *pend_ns = when it became pending. Emits irq.taken with the latency. */
unsigned intc_ack(struct machine *m, struct pe *pe, uint64_t *pend_ns);
/* The same for Secure SPIs. Emits irq.secure. */
unsigned intc_first_secure(const struct machine *m, const struct pe *pe); /* leaves it pending */
unsigned intc_ack_secure(struct machine *m, struct pe *pe);

#endif
