// The code of the link that the server printed: it stands behind the #, and goes from there into the form.

const code = decodeURIComponent(location.hash.slice(1));
if (code) {
  document.querySelector("#code").value = code;
  history.replaceState(null, "", location.pathname + location.search);
}
