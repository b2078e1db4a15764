// `sendBeacon` returns false, as when the browser's queue for beacons is full.
Navigator.prototype.sendBeacon = () => false;
