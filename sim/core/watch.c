/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/watch.h"

bool watch_on;
struct watch_ops watch_ops;
