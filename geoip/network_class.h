/* SPDX-License-Identifier: Apache-2.0
 *
 * Kinds of networks and their names. Any thread.
 */
#ifndef GEOIP_NETWORK_CLASS_H
#define GEOIP_NETWORK_CLASS_H

/* What kind of network an address belongs to: by the operator's trusted networks first, else by
 * geoip/data/asn-classes.tsv. */
enum network_class {
    NETWORK_UNKNOWN,
    NETWORK_OFFICE, /* trusted by the operator */
    NETWORK_ISP,
    NETWORK_MOBILE,
    NETWORK_HOSTING,
    NETWORK_VPN,
    NETWORK_RELAY,
    NETWORK_SASE,
    NETWORK_SATELLITE,
    NETWORK_BACKEND, /* Microsoft's own servers acting for a user: never the user's place */
    NETWORK_N
};

const char *network_class_name(enum network_class network);

#endif
