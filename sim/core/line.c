/* SPDX-License-Identifier: BSD-3-Clause */
/* Units without a table of addresses are looked through in their order; callers keep the answer. */
#include "core/line.h"
#include <stddef.h>

static bool unit_of(Dwarf *dwarf, Dwarf_Addr addr, Dwarf_Die *unit)
{
	Dwarf_Off at = 0, next;
	size_t head;

	if (dwarf_addrdie(dwarf, addr, unit))
		return true;
	for (; !dwarf_nextcu(dwarf, at, &next, &head, NULL, NULL, NULL); at = next)
		if (dwarf_offdie(dwarf, at + head, unit) && dwarf_haspc(unit, addr) == 1)
			return true;
	return false;
}

bool line_at(Dwarf *dwarf, Dwarf_Addr addr, const char **file, int *line)
{
	const char *name;
	Dwarf_Line *found;
	Dwarf_Die unit;
	int number;

	if (!unit_of(dwarf, addr, &unit))
		return false;
	found = dwarf_getsrc_die(&unit, addr);
	name = found ? dwarf_linesrc(found, NULL, NULL) : NULL;
	if (!name || dwarf_lineno(found, &number))
		return false;
	*file = name;
	*line = number;
	return true;
}
