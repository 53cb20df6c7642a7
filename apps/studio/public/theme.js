// Runs before the first paint, as a file because the policy forbids inline scripts.
document.documentElement.dataset.theme = localStorage.getItem('conv3n.theme') === 'light' ? 'light' : 'dark';
