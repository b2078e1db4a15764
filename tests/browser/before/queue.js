// The queue that a page fills before the tag has loaded.
window.leadscore = window.leadscore || [];
leadscore.push(["track", "early", { n: 1 }]);
leadscore.push(["identify", { employees: 500 }]);
leadscore.push(["track", "early", { n: 2 }]);
