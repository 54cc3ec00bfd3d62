/* SPDX-License-Identifier: BSD-3-Clause */
/* libFuzzer's own mutations, with the world of this program put back into the first byte. */
#include <stddef.h>
#include <stdint.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
	(void)seed;
	size = LLVMFuzzerMutate(data, size, room);
	if (size)
		data[0] = (uint8_t)((data[0] & ~3u) | FUZZ_WORLD);
	return size;
}
