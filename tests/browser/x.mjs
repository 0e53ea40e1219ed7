import { chromium } from 'playwright-core'
import axe from 'axe-core'
const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync']})
for (const js of [false]) {
 const c = await b.newContext({javaScriptEnabled:js})
 const p = await c.newPage()
 for (const path of ['/','/events','/events/1']) {
 let t=Date.now()
 await p.goto('http://127.0.0.1:8198'+path)
 const t1=Date.now()-t; t=Date.now()
 await p.evaluate('window.setTimeout=(f)=>{queueMicrotask(f);return 1};window.setInterval=()=>1;window.requestAnimationFrame=f=>{queueMicrotask(f);return 1}')
 await p.evaluate(axe.source)
 console.log(await Promise.race([p.evaluate(()=>Promise.resolve(3).then(x=>x+1)), new Promise(d=>setTimeout(()=>d('no microtasks'),1000))]))
 const r = await Promise.race([p.evaluate(()=>window.axe.run({runOnly:['wcag2a','wcag2aa','wcag21aa','wcag22aa'],preload:false,iframes:false,resultTypes:['violations']}).then(r=>r.violations.map(v=>v.id+' '+v.nodes.length+' '+v.nodes[0].target))), new Promise(d=>setTimeout(()=>d('timeout'),5000))])
 console.log(js,path,t1,Date.now()-t,r)
 console.log(await p.locator('noscript').count())
 }
}
await b.close()
