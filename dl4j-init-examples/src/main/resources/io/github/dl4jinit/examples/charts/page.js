/* Draws the charts of a page, keeps them in step with its legend, its width and the light or dark of the reader. */
(function () {
  "use strict";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var hidden = {};
  var charts = [];

  function draw() {
    charts.forEach(function (chart) { chart.dispose(); });
    charts = Array.prototype.map.call(document.querySelectorAll("figure"), function (figure) {
      var option = JSON.parse(figure.querySelector("script").textContent);
      dl4jCharts.complete(option, {page: true, dark: dark.matches});
      option.legend.selected = {};
      option.legend.data.forEach(function (name) { option.legend.selected[name] = !hidden[name]; });
      var chart = echarts.init(figure.querySelector(".chart"), null, {renderer: "svg"});
      chart.setOption(option);
      return chart;
    });
  }

  document.querySelectorAll(".legend button").forEach(function (button) {
    button.addEventListener("click", function () {
      var name = button.dataset.curve;
      hidden[name] = !hidden[name];
      button.setAttribute("aria-pressed", String(!hidden[name]));
      charts.forEach(function (chart) {
        chart.dispatchAction({type: hidden[name] ? "legendUnSelect" : "legendSelect", name: name});
      });
    });
  });
  dark.addEventListener("change", draw);
  window.addEventListener("resize", function () {
    charts.forEach(function (chart) { chart.resize(); });
  });
  draw();
})();
