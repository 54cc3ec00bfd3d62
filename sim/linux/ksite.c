/* SPDX-License-Identifier: BSD-3-Clause */
/* Places of code as reports name them. Host side: sees libc. */
#include <stdio.h>
#include <string.h>
#include "core/symbol.h"
#include "linux/kobject_internal.h"

const char *ksite(const void *pc, char text[KSITE_BYTES])
{
	const struct symbol *s = symbol_at(pc);
	const char *slash = s->file ? strrchr(s->file, '/') : NULL;

	if (s->file)
		snprintf(text, KSITE_BYTES, "%s (%s:%d)", s->function, slash ? slash + 1 : s->file,
			 s->line);
	else
		snprintf(text, KSITE_BYTES, "%s", s->function);
	return text;
}

void kmight_sleep_at(const void *pc)
{
	char text[KSITE_BYTES];

	if (__builtin_expect(!kmay_sleep(), 0))
		kmight_sleep(ksite(pc, text), 0);
}
