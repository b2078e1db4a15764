// As when the browser's queue for beacons is full.
Navigator.prototype.sendBeacon = () => false;
