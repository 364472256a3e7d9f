/// The report's style sheet, in parts.
enum PageStyle {
  static let page = """
    :root{--paper:#fbfaf7;--card:#fff;--ink:#1c2230;--soft:#596072;--line:#e3dfd6;--grid:#ece8df;
    --truth:#12688a;--prediction:#b5780c;--answers:#6a4fa3;--accent:#2b7a57;--neutral:#737a88;
    --holds:#23704a;--fails:#b2352d;--unknown:#7d6410;--holds-bg:#eaf4ee;--fails-bg:#fbecea;--unknown-bg:#f8f2df}
    @media (prefers-color-scheme:dark){:root{--paper:#13161b;--card:#1a1e25;--ink:#e7e5e0;--soft:#a2a8b4;--line:#2e343e;
    --grid:#272c35;--truth:#5fc3e4;--prediction:#e8b848;--answers:#b9a0f2;--accent:#6bcb9b;--neutral:#969dab;
    --holds:#74d3a0;--fails:#ff9184;--unknown:#dcc16c;--holds-bg:#17271f;--fails-bg:#301b19;--unknown-bg:#29240f}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
    @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
    body{margin:0;background:var(--paper);color:var(--ink);
    font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
    main{max-width:1120px;margin:0 auto;padding:40px 24px 72px}
    .eyebrow{margin:0;color:var(--prediction);font-size:13px;font-weight:600;letter-spacing:.08em;
    text-transform:uppercase}
    h1{margin:.1em 0 .15em;font-size:clamp(26px,4.5vw,38px);line-height:1.15;letter-spacing:-.015em;
    overflow-wrap:break-word}
    .lead{margin:0 0 24px;max-width:46em;color:var(--soft);font-size:18px}
    h2{margin:0 0 8px;font-size:24px;line-height:1.25;letter-spacing:-.01em}
    h3{margin:28px 0 4px;font-size:17px;line-height:1.3}
    h4{margin:14px 0 2px;font-size:13px;color:var(--soft);font-weight:600}
    section{margin:44px 0;scroll-margin-top:12px}
    section:empty{display:none}
    a{color:inherit;text-decoration-color:var(--line);text-underline-offset:3px}
    a:hover{text-decoration-color:currentColor}
    :focus-visible{outline:2px solid var(--truth);outline-offset:2px;border-radius:4px}
    .text{margin:0 0 12px;max-width:46em;color:var(--soft)}
    small{font-size:13px;color:var(--soft);font-weight:400}
    code{font:13px/1.4 ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;color:var(--soft)}
    nav{display:flex;flex-wrap:wrap;gap:6px 18px;padding:12px 0;border-top:1px solid var(--line);
    border-bottom:1px solid var(--line);font-size:14px}
    nav a{text-decoration:none;color:var(--soft)}
    nav a:hover{color:var(--ink);text-decoration:underline}
    .v-holds{--v:var(--holds);--v-bg:var(--holds-bg)}
    .v-fails{--v:var(--fails);--v-bg:var(--fails-bg)}
    .v-unknown,.v-not-measurable{--v:var(--unknown);--v-bg:var(--unknown-bg)}
    .mark-sign{flex:none;display:inline-grid;place-items:center;width:1.35em;height:1.35em;border-radius:50%;
    background:var(--v);color:var(--card);font-style:normal;font-weight:700;font-size:.85em;line-height:1}
    .verdict{margin:0 0 24px;padding:22px 24px;border-radius:14px;background:var(--v-bg);
    border:1px solid color-mix(in srgb,var(--v) 35%,transparent)}
    .verdict h2{display:flex;gap:10px;align-items:center;margin:0;color:var(--v)}
    .verdict>p{margin:4px 0 0}
    .verdict ul{list-style:none;margin:14px 0 0;padding:0;display:grid;gap:6px}
    .verdict li{display:flex;gap:10px;align-items:baseline;font-size:15px}
    .verdict details{margin-top:10px}
    .verdict summary{cursor:pointer;font-size:15px;color:var(--soft)}
    .verdict li .mark-sign{font-size:11px;position:relative;top:-1px}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:12px;margin:0 0 24px}
    .tiles div{padding:14px 16px;background:var(--card);border:1px solid var(--line);border-radius:12px}
    .tiles dt{font-size:13px;color:var(--soft);overflow-wrap:break-word}
    .tiles div{min-width:0}
    .tiles dd{margin:2px 0 0;font-size:24px;font-weight:600;line-height:1.2;letter-spacing:-.01em;
      overflow-wrap:anywhere}
    .tiles small{display:block;margin-top:4px;line-height:1.35;letter-spacing:0}
    .finding{border:1px solid var(--line);border-left:4px solid var(--v);border-radius:10px;background:var(--card);
    margin:10px 0}
    .finding summary{display:flex;gap:14px;padding:13px 16px;cursor:pointer;list-style:none;align-items:baseline}
    .finding summary::-webkit-details-marker{display:none}
    .finding summary::after{content:"";flex:none;width:8px;height:8px;margin-left:auto;align-self:center;
    border:solid var(--soft);border-width:0 2px 2px 0;transform:rotate(45deg)}
    .finding[open] summary::after{transform:rotate(225deg)}
    .finding:target{outline:2px solid var(--v)}
    .badge{flex:none;display:inline-flex;gap:6px;align-items:center;min-width:74px;color:var(--v);font-weight:600;
    font-size:14px}
    .badge .mark-sign{font-size:11px}
    .claim{color:var(--soft);font-size:15px}
    .claim b{color:var(--ink)}
    .tag{padding:0 7px;border:1px solid var(--line);border-radius:99px;font-size:12px}
    .grounds{padding:2px 16px 14px 104px;font-size:15px}
    .grounds p,.grounds ul{margin:0;padding-left:0}
    .grounds ul{padding-left:1.1em}
    .scroll{overflow-x:auto;margin-top:12px}
    table{border-collapse:collapse;min-width:min(100%,420px);font-size:14px}
    caption{text-align:left;padding:10px 0 4px;font-weight:600}
    th,td{padding:5px 28px 5px 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line)}
    th{font-weight:600;color:var(--soft)}
    td:first-child{overflow-wrap:break-word}
    th button{all:unset;cursor:pointer;white-space:nowrap}
    th button:focus-visible{outline:2px solid var(--truth);outline-offset:2px}
    th button::after{content:"↕";margin-left:4px;opacity:.45;font-weight:400}
    th[aria-sort=ascending] button::after{content:"↑";opacity:1}
    th[aria-sort=descending] button::after{content:"↓";opacity:1}
    .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    .plain summary{cursor:pointer;padding:10px 0;color:var(--soft)}
    .provenance{display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:10px 24px;margin:0}
    .provenance dt{font-size:13px;color:var(--soft)}
    .provenance dd{margin:0;overflow-wrap:anywhere}
    .written{margin:20px 0 0;color:var(--soft);font-size:14px}
    @media (max-width:640px){main{padding:24px 16px 48px}.verdict{padding:16px}.lead{font-size:16px}
    .tiles{grid-template-columns:1fr 1fr}.tiles dd{font-size:20px}
    .finding summary{flex-wrap:wrap;gap:4px 10px}.claim{width:100%;order:3}.grounds{padding-left:16px}}

    """

  static let plots = """
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:20px;margin-top:14px}
    figure{margin:0}
    .chart{padding:16px 18px;background:var(--card);border:1px solid var(--line);border-radius:12px;min-width:0}
    .chart.wide{grid-column:1/-1}
    .chart h3{margin:0 0 2px}
    .chart figcaption{margin-top:6px;color:var(--soft);font-size:14px}
    .legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:0 0 6px;padding:0;list-style:none;font-size:14px;
    color:var(--soft)}
    .legend li{display:flex;align-items:center;gap:7px}
    .key{display:inline-block;color:var(--s);background:currentColor;-webkit-print-color-adjust:exact;
    print-color-adjust:exact}
    .key-line{width:18px;height:3px;border-radius:2px}
    .key-dot{width:9px;height:9px;border-radius:50%}
    .key-bar{width:11px;height:11px;border-radius:2px}
    .s-truth{--s:var(--truth)}.s-prediction{--s:var(--prediction)}.s-answers{--s:var(--answers)}
    .s-accent{--s:var(--accent)}.s-neutral{--s:var(--neutral)}
    .plot{display:block;width:100%;height:auto;overflow:visible}
    .plot text{font-size:13px;fill:var(--soft)}
    .plot .axis{font-weight:600}
    .plot path{fill:none}
    .plot .grid{stroke:var(--grid)}
    .plot .base{stroke:var(--neutral)}
    .plot .line{stroke:var(--s);stroke-width:2.4;stroke-linejoin:round;stroke-linecap:round}
    .plot .line.faint{stroke-width:1;opacity:.38}
    .plot .band{fill:var(--s);opacity:.17}
    .plot .dot{fill:var(--s);stroke:var(--card);stroke-width:1.5}
    .plot .spot{fill:var(--s);opacity:.5}
    .plot .whisker{stroke:var(--s);stroke-width:1.5;opacity:.7}
    .plot .bar{fill:var(--s);opacity:.8}
    .plot .reference{stroke:var(--neutral);stroke-dasharray:5 4}
    .plot .note{font-size:12px}
    .plot .mark{stroke:var(--fails);stroke-width:1.6;stroke-dasharray:2 3}
    .plot .mark-band{fill:var(--fails);opacity:.1}
    .plot .mark-label{fill:var(--fails);font-weight:600}
    .on-narrow{display:none}
    @media (max-width:820px){.on-wide{display:none}.on-narrow{display:block}}
    @media (max-width:520px){.plot text{font-size:18px}.plot .note{font-size:16px}.chart{padding:14px 12px}}

    """

  static let scenes = """
    .clips{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(47%,230px),1fr));gap:14px;margin-top:10px}
    .clip{padding:10px;background:var(--card);border:1px solid var(--line);border-radius:12px;min-width:0}
    .clip figcaption{margin-top:8px;font-size:14px;line-height:1.4}
    .clip dl{margin:2px 0 0}
    .clip dl div{display:flex;justify-content:space-between;gap:12px;color:var(--soft)}
    .clip dd{margin:0;text-align:right;font-variant-numeric:tabular-nums;color:var(--ink)}
    .scene{display:block;width:100%;height:auto;background:var(--sky);border-radius:7px}
    :root{--sky:#f3f1ea;--ground:#c9c3b4;--wall:#6d6a63;--track:#dcd6c6;--agent:#12688a;--joint:#b5780c;--goal:#2b7a57;
    --danger:#b2352d;--reward:#d49a1e;--shape:#8b8f9a;--action:#6a4fa3}
    @media (prefers-color-scheme:dark){:root{--sky:#11141a;--ground:#474b53;--wall:#8d929c;--track:#2c323c;
    --agent:#5fc3e4;--joint:#e8b848;--goal:#6bcb9b;--danger:#ff8478;--reward:#f0c95a;--shape:#828a98;
    --action:#b9a0f2}}
    .r-ground{fill:var(--ground)}.r-wall{fill:var(--wall)}.r-track{fill:var(--track)}.r-agent{fill:var(--agent)}
    .r-joint{fill:var(--joint)}.r-goal{fill:var(--goal)}.r-danger{fill:var(--danger)}.r-reward{fill:var(--reward)}
    .r-neutral{fill:var(--shape)}.r-action{fill:var(--action)}
    .scene polyline{fill:none;stroke-linecap:round;stroke-linejoin:round}
    .scene text{text-anchor:middle;dominant-baseline:central;font-weight:600}
    .l-ground{stroke:var(--ground)}.l-wall{stroke:var(--wall)}.l-track{stroke:var(--track)}.l-agent{stroke:var(--agent)}
    .l-joint{stroke:var(--joint)}.l-goal{stroke:var(--goal)}.l-danger{stroke:var(--danger)}
    .l-reward{stroke:var(--reward)}.l-neutral{stroke:var(--shape)}.l-action{stroke:var(--action)}
    .strip{display:grid;grid-template-columns:1fr 1fr;gap:4px}
    .strip svg:only-child{grid-column:1/-1}
    .controls{display:flex;align-items:center;gap:10px;margin-top:8px;font-size:13px;color:var(--soft)}
    .controls button{flex:none;width:34px;height:30px;padding:0;border:1px solid var(--line);border-radius:8px;
    background:var(--paper);color:var(--ink);font:13px/1 system-ui,sans-serif;cursor:pointer}
    .controls input{flex:1;min-width:0;accent-color:var(--truth)}
    .controls output{flex:none;min-width:4.6em;text-align:right;font-variant-numeric:tabular-nums}
    .clip.plays .strip{display:none}

    """

  static let print = """
    @media print{:root{--paper:#fff}body{font-size:11pt}main{max-width:none;padding:0}nav,.controls{display:none}
    .stage{display:none}.clip.plays .strip{display:grid}
    section{margin:20px 0}.chart,.clip,.tiles div,.verdict,tr,summary{break-inside:avoid}
    h2,h3,h4,.text,summary{break-after:avoid}.tiles{grid-template-columns:repeat(4,1fr)}.tiles dd{font-size:18px}
    .strip{grid-template-columns:repeat(4,1fr)}.grounds{padding-left:16px}.finding summary::after{display:none}
    .mark-sign,.verdict,.scene,.plot{-webkit-print-color-adjust:exact;print-color-adjust:exact}
    details::details-content{content-visibility:visible;display:block;block-size:auto}
    .on-wide{display:block}.on-narrow{display:none}.charts{grid-template-columns:1fr 1fr}
    .clips{grid-template-columns:1fr 1fr}}

    """
}
