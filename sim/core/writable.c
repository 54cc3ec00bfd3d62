/* SPDX-License-Identifier: BSD-3-Clause */
/* One walk over program headers; see writable.h. */
#include "core/writable.h"

#include <stdbool.h>
#include <unistd.h>

struct range {
	uintptr_t start, end;
};

static struct range protected_of(const struct dl_phdr_info *image)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	for (int i = 0; i < image->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &image->dlpi_phdr[i];
		const uintptr_t start = image->dlpi_addr + ph->p_vaddr;

		if (ph->p_type == PT_GNU_RELRO)
			return (struct range){start & -page, (start + ph->p_memsz) & -page};
	}
	return (struct range){0};
}

void writable_parts(const struct dl_phdr_info *image,
		    void (*each)(void *ctx, uint8_t *at, size_t bytes), void *ctx)
{
	const struct range relro = protected_of(image);

	for (int i = 0; i < image->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &image->dlpi_phdr[i];
		const uintptr_t start = image->dlpi_addr + ph->p_vaddr, end = start + ph->p_memsz;
		/* In front of the protected pages and behind them; without any, all of it is in
		 * front. */
		const bool apart = relro.start >= end || relro.end <= start;
		const uintptr_t first_end = apart ? end : relro.start;

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_W))
			continue;
		if (first_end > start)
			each(ctx, (uint8_t *)start, first_end - start);
		if (!apart && relro.end < end)
			each(ctx, (uint8_t *)relro.end, end - relro.end);
	}
}
