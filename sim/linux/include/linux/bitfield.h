/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_BITFIELD_H
#define _LINUX_BITFIELD_H
/* Fields of constant masks. */
#include <linux/bits.h>
#include <linux/types.h>
#define FIELD_SHIFT_(mask) (__builtin_ffsll(mask) - 1)
#define FIELD_MAX(mask) ((__typeof__(mask))((mask) >> FIELD_SHIFT_(mask)))
#define FIELD_FIT(mask, v) (!((((__typeof__(mask))(v)) << FIELD_SHIFT_(mask)) & ~(mask)))
#define FIELD_PREP(mask, v) ((((__typeof__(mask))(v)) << FIELD_SHIFT_(mask)) & (mask))
#define FIELD_PREP_CONST(mask, v) FIELD_PREP(mask, v)
#define FIELD_GET(mask, reg) ((__typeof__(mask))(((reg) & (mask)) >> FIELD_SHIFT_(mask)))
#endif
