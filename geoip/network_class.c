/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of network classes; see the header.
 */
#include "geoip/network_class.h"

#include <stddef.h>

const char *network_class_name(enum network_class network)
{
    static const char *const names[NETWORK_N] = {
        [NETWORK_UNKNOWN] = "unknown",
        [NETWORK_OFFICE] = "office",
        [NETWORK_ISP] = "isp",
        [NETWORK_MOBILE] = "mobile",
        [NETWORK_HOSTING] = "hosting",
        [NETWORK_VPN] = "vpn",
        [NETWORK_RELAY] = "relay",
        [NETWORK_SASE] = "sase",
        [NETWORK_SATELLITE] = "satellite",
        [NETWORK_BACKEND] = "backend",
    };
    return names[network];
}
