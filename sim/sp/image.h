/* SPDX-License-Identifier: BSD-3-Clause */
/* Between image recognition and the built-in back end. */
#ifndef FFASIM_SP_IMAGE_H
#define FFASIM_SP_IMAGE_H

#include "sp/ec.h"

extern const struct ec_backend native_backend;
/* True for a 64-bit ELF shared object of the host's architecture. */
bool image_is_host_object(const uint8_t *head, size_t len_bytes);

#endif
