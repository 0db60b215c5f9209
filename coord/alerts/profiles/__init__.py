"""What regions and networks ask beyond CAP 1.2: each a function from an alert to findings.

A profile adds; it takes nothing away from R00–R70 and is known to nobody but
the table below. Sources stand in docs/alerts.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from coord.alerts.check import Profile
from coord.alerts.profiles.australia import australia
from coord.alerts.profiles.canada import canada
from coord.alerts.profiles.district import district
from coord.alerts.profiles.ipaws import ipaws
from coord.alerts.profiles.meteoalarm import meteoalarm
from coord.alerts.profiles.wmo import wmo

PROFILES: Mapping[str, Profile] = {
    "cap-au": australia,
    "cap-cp": canada,
    "coord": district,
    "ipaws": ipaws,
    "meteoalarm": meteoalarm,
    "wmo": wmo,
}
