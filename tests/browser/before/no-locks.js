delete Navigator.prototype.locks;
