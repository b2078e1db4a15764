// The queue that a page fills before the tag is there.
window.leadscore = window.leadscore || [];
leadscore.push(["track", "early", { n: 1 }]);
leadscore.push(["identify", { employees: 500 }]);
leadscore.push(["track", "early", { n: 2 }]);
