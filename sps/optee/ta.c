/* SPDX-License-Identifier: BSD-3-Clause */
/* The pseudo TAs of this Trusted OS: a table. Each computes with foreign interrupts open, as a TA
 * does (optee.md 1.8 C, D), unless it says otherwise. */
#include <string.h>

#include "optee/optee.h"
#include "optee/tas.h"

/* 66666173-696d-4001-8000-<four letters>-0001, octets as two words. */
#define OWN_LO 0x01406d6973616666ull
#define OWN_HI(a, b, c, d)                                                                         \
	(0x0100000000000080ull | (uint64_t)(a) << 16 | (uint64_t)(b) << 24 | (uint64_t)(c) << 32 | \
	 (uint64_t)(d) << 40)
#define OWN(a, b, c, d) OWN_LO, OWN_HI(a, b, c, d)

const struct optee_ta optee_tas[] = {
	{OWN('s', 'p', 'i', 'n'), "spin", ta_spin, false, false},
	{OWN('s', 'i', 'n', 'g'), "single", ta_spin, false, true},
	{OWN('e', 'c', 'h', 'o'), "echo", ta_echo, true, false},
	{OWN('a', 'l', 'l', 'o'), "alloc", ta_alloc, false, false},
	{OWN('s', 'u', 'p', 'p'), "supplicant", ta_supplicant, false, false},
	{OWN('l', 'o', 'c', 'k'), "lock", ta_lock, false, false},
	{OWN('m', 'u', 't', 'x'), "mutex", ta_mutex, false, false},
	{OWN('n', 'o', 't', 'i'), "notif", ta_notif, false, false},
	{OWN('t', 'i', 'm', 'e'), "time", ta_time, false, false},
	/* 7011a688-ddde-4053-a5a9-7b3c4ddf13b8: what the Linux driver asks for its bus devices. */
	{0x5340dedd88a61170ull, 0xb813df4d3c7ba9a5ull, "devices", ta_devices, false, false},
};
const size_t optee_ta_count = sizeof(optee_tas) / sizeof(optee_tas[0]);
_Static_assert(sizeof(optee_tas) / sizeof(optee_tas[0]) <= OPTEE_TAS_MAX, "an instance each");

bool optee_ta_uuid(const char *name, uint64_t uuid[2])
{
	for (size_t i = 0; i < optee_ta_count; i++)
		if (!strcmp(optee_tas[i].name, name)) {
			uuid[0] = optee_tas[i].uuid_lo;
			uuid[1] = optee_tas[i].uuid_hi;
			return true;
		}
	return false;
}

const char *optee_ta_name(size_t index)
{
	return index < optee_ta_count ? optee_tas[index].name : NULL;
}

void optee_value_out(struct optee_msg *msg, uint32_t i, uint64_t a, uint64_t b)
{
	const uint32_t type = optee_type(msg, i);

	if (type == OPTEE_ATTR_VALUE_OUT || type == OPTEE_ATTR_VALUE_INOUT) {
		msg->param[i].a = a;
		msg->param[i].b = b;
	}
}
