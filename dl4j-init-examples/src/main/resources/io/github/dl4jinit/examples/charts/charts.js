/* What an option of a Chart cannot say in data: bands, bars, tooltips, room for names, and the colours of light and dark pages.
   Used by the page in a browser and by SvgRenderer on the JVM, so that both draw the same picture. */
var dl4jCharts = (function () {
  "use strict";

  /* The area between the columns 1 (low) and 2 (high). Drawn as one polygon for each unbroken stretch, because single
     cells would show seams. A high that is missing beside a low that is there runs out of the top of the chart. */
  function band(params, api) {
    if (params.dataIndex !== 0) {
      return null;
    }
    var stretches = [];
    var open = null;
    for (var i = 0; i < params.dataInsideLength; i++) {
      var x = api.value(0, i), low = api.value(1, i), high = api.value(2, i);
      if (isNaN(low) || low === null) {
        open = null;
        continue;
      }
      if (open === null) {
        open = {low: [], high: []};
        stretches.push(open);
      }
      var bottom = api.coord([x, low]);
      var top = isNaN(high) || high === null ? [bottom[0], params.coordSys.y] : api.coord([x, high]);
      open.low.push(bottom);
      open.high.unshift(top);
    }
    return {
      type: "group",
      children: stretches.map(function (s) {
        return {type: "polygon", shape: {points: s.low.concat(s.high)}, style: {fill: api.visual("color"), opacity: 0.16}};
      })
    };
  }

  /* A bar from the columns 0 (left) and 1 (right) up to column 2; its foot is the foot of the axis. */
  function bar(params, api) {
    var height = api.value(2);
    if (isNaN(height) || height === null) {
      return null;
    }
    var top = api.coord([api.value(0), height]), right = api.coord([api.value(1), height])[0];
    var foot = params.coordSys.y + params.coordSys.height;
    return {
      type: "rect",
      shape: {x: top[0], y: top[1], width: right - top[0], height: foot - top[1]},
      style: {fill: api.visual("color"), opacity: 0.55}
    };
  }

  function number(value) {
    if (value === null || value === undefined || isNaN(value)) {
      return "\u2013";
    }
    var size = Math.abs(value);
    return size !== 0 && (size < 0.001 || size >= 100000) ? value.toExponential(1) : String(Number(value.toPrecision(3)));
  }

  function escape(text) {
    return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;");
  }

  function tooltip(xLabel, unit, logarithms) {
    function amount(value) {
      return number(logarithms && typeof value === "number" ? Math.pow(10, value) : value);
    }
    return function (items) {
      if (!Array.isArray(items)) {
        var b = items.value;
        if (items.seriesType === "scatter") {
          return escape(items.seriesName) + ": <b>" + number(b[0]) + ", " + number(b[1]) + "</b>";
        }
        return escape(items.seriesName) + ", " + number(b[0]) + " .. " + number(b[1]) + ": <b>" + amount(b[2]) + "</b>";
      }
      var rows = items.filter(function (item) { return item.seriesType === "line"; }).map(function (item) {
        var v = item.value;
        var spread = v.length < 4 || v[2] === v[3] ? "" : " <span style='opacity:.65'>[" + amount(v[2]) + " .. " + amount(v[3]) + "]</span>";
        return "<tr><td>" + item.marker + escape(item.seriesName) + "</td><td style='text-align:right;padding-left:1em'><b>"
            + (v[1] === null || isNaN(v[1]) ? "lost" : amount(v[1]) + unit) + "</b>" + spread + "</td></tr>";
      });
      var place = items[0].axisType === "xAxis.category" ? items[0].axisValueLabel : xLabel + " " + number(items[0].axisValue);
      return escape(place) + "<table style='font-size:12px'>" + rows.join("") + "</table>";
    };
  }

  /* A number of a logarithmic axis, from its logarithm; as a power of ten where an axis over many decades needs it. */
  function decade(e) {
    return Math.abs(e) < 3.5 ? String(Number(Math.pow(10, e).toPrecision(2))) : "1e" + Math.round(e);
  }

  /* ECharts rounds the ticks of its own logarithmic axis to ten decimals, so that it has none below 1e-10: here the logarithms
     are drawn on a linear axis. */
  function takeLogarithms(option) {
    var axis = option.yAxis, low = Infinity, high = -Infinity;
    function logarithm(value) {
      return typeof value === "number" && value > 0 ? Math.log(value) / Math.LN10 : null;
    }
    axis.type = "value";
    if (axis.max !== undefined) {
      axis.max = logarithm(axis.max);
    }
    option.series.forEach(function (series) {
      var abscissas = series.renderItem === "bar" ? 2 : 1;
      series.data = series.data.map(function (row) {
        return row.map(function (value, column) {
          if (column < abscissas) {
            return value;
          }
          var e = logarithm(value);
          low = e === null ? low : Math.min(low, e);
          high = e === null ? high : Math.max(high, e);
          return e;
        });
      });
      (series.markPoint ? series.markPoint.data : []).forEach(function (mark) {
        mark.coord[1] = logarithm(mark.coord[1]);
      });
    });
    axis.minInterval = high - low >= 2 ? 1 : 0;
  }

  /* A number of a linear axis: one of many digits as a power of ten, for which there is room. */
  function plain(value) {
    return Math.abs(value) < 1e6 ? String(Number(value.toPrecision(10))) : value.toExponential(1).replace("e+", "e");
  }

  /* Room for the names of rows and columns, colours beside each other without gaps, and the scale of colours below. */
  function completeHeatMap(option, ink) {
    var longest = function (names) { return names.reduce(function (most, name) { return Math.max(most, name.length); }, 0); };
    var columns = option.xAxis.data, left = 30 + 6.6 * longest(option.yAxis.data);
    var slanted = longest(columns) > 4 && columns.length * longest(columns) > 80;
    var foot = slanted ? 24 + 4.8 * longest(columns) : 24;
    option.grid = {left: left, right: 18, top: 44, bottom: foot + 58};
    option.xAxis.axisLabel.rotate = slanted ? 45 : 0;
    option.xAxis.axisLabel.hideOverlap = !slanted;
    option.xAxis.axisLabel.interval = slanted ? 0 : "auto";
    option.xAxis.nameGap = foot + 4;
    option.yAxis.nameLocation = "middle";
    option.yAxis.nameTextStyle.align = "center";
    option.yAxis.nameTextStyle.padding = 0;
    option.yAxis.nameGap = left - 22;
    option.yAxis.axisLabel.interval = option.yAxis.data.length > 60 ? "auto" : 0;
    [option.xAxis, option.yAxis].forEach(function (axis) {
      axis.axisTick = {show: false};
      axis.axisLine.show = false;
      axis.splitLine.show = false;
    });
    option.visualMap.orient = "horizontal";
    option.visualMap.left = "center";
    option.visualMap.bottom = 2;
    option.visualMap.itemWidth = 12;
    option.visualMap.itemHeight = 180;
    option.visualMap.textStyle = {color: ink, fontSize: 12};
    option.series[0].label = {fontSize: 11};
    option.series[0].emphasis = {disabled: true};
    option.tooltip.formatter = function (item) {
      var v = item.value;
      return escape(option.yAxis.data[v[1]]) + ", " + escape(columns[v[0]]) + ": <b>" + escape(v[3]) + "</b>";
    };
  }

  /* How many rows of a picture 720 pixels wide the names need, each behind its sign. */
  function legendRows(names) {
    var length = names.reduce(function (sum, name) { return sum + 45 + 6.8 * name.length; }, 0);
    return Math.max(1, Math.ceil(length / 700));
  }

  /* Completes an option in place. settings: page (in a browser, where the page has
     the legend and screen readers ask for a description), dark, background. */
  function complete(option, settings) {
    var ink = settings.dark ? "#d7dce2" : "#30363d";
    var faint = settings.dark ? "#343b44" : "#e4e8ec";
    var xLabel = option.xAxis.name, unit = option.yAxis.unit;
    var font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
    option.textStyle = {fontFamily: font};
    option.aria = {enabled: settings.page};
    option.backgroundColor = settings.background || "transparent";
    option.title.textStyle = {color: ink, fontSize: 14, fontWeight: 600};
    option.title.left = 4;
    option.legend.show = !settings.page;
    option.legend.bottom = 0;
    option.legend.textStyle = {color: ink};
    option.grid = {left: 54, right: 18, top: 62, bottom: !settings.page ? 50 + 24 * legendRows(option.legend.data) : 44};
    var logarithms = option.yAxis.type === "log";
    if (logarithms) {
      takeLogarithms(option);
    }
    option.tooltip.formatter = tooltip(xLabel, unit, logarithms);
    option.tooltip.backgroundColor = settings.dark ? "#1f252c" : "#ffffff";
    option.tooltip.borderColor = faint;
    option.tooltip.textStyle = {color: ink, fontSize: 12};
    [option.xAxis, option.yAxis].forEach(function (axis) {
      axis.nameTextStyle = {color: ink, fontSize: 12};
      axis.axisLabel = {color: ink, fontSize: 12, hideOverlap: true};
      axis.axisLine = {show: true, lineStyle: {color: settings.dark ? "#6b7480" : "#9aa3ad"}};
      axis.splitLine = {lineStyle: {color: faint}};
    });
    option.xAxis.nameLocation = "middle";
    option.xAxis.nameGap = 28;
    option.xAxis.minInterval = option.kind === "lines" ? 1 : 0;
    option.xAxis.axisLine.onZero = false;
    option.yAxis.axisLine.onZero = false;
    option.xAxis.splitLine.show = false;
    option.yAxis.nameLocation = "end";
    option.yAxis.nameTextStyle.align = "left";
    option.yAxis.nameTextStyle.padding = [0, 0, 0, -44];
    if (option.yAxis.type !== "category") {
      option.yAxis.axisLabel.formatter = logarithms ? decade : function (value) { return plain(value) + unit; };
    }
    if (option.xAxis.type === "value") {
      option.xAxis.axisLabel.formatter = plain;
    }
    option.series.forEach(function (series) {
      if (series.type === "custom") {
        series.renderItem = series.renderItem === "band" ? band : bar;
      } else {
        series.showSymbol = series.data.length <= 40;
      }
    });
    if (option.kind === "heatmap") {
      completeHeatMap(option, ink);
    }
    return option;
  }

  return {complete: complete};
})();
