/**
 * Looks at a page as its readers do, in the Chromium of the system, and holds it to the report it was made of.
 *
 * usage: BUILD=build node browse.js CASE PAGE REPORT.json [PAGE...]
 *
 * A case is a function below.  What is wrong is printed, a line each, and the status is then 1.  playwright-core and
 * axe-core are in BUILD/html, where make put them.
 */
'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');

const installed = require('module').createRequire(path.resolve(process.env.BUILD, 'html', 'package.json'));
const { chromium } = installed('playwright-core');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(fs.existsSync);

const [name, file, reportFile, ...others] = process.argv.slice(2);
const report = JSON.parse(fs.readFileSync(reportFile, 'utf8'));
const schemes = ['light', 'dark'];
const widths = [360, 768, 1280];

let wrong = 0;
function hold(good, what) {
	if (!good) {
		console.log(what.slice(0, 1000));
		++wrong;
	}
}
function same(actual, expected, what) {
	const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
	hold(a === b, `${what}: the page has ${a}, the report ${b}`);
}

let browser;
async function open(options = {}, address = 'file://' + path.resolve(file)) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
	const page = await context.newPage();
	page.said = [];
	page.on('console', message => page.said.push(message.text()));
	page.on('pageerror', error => page.said.push(String(error)));
	page.on('dialog', dialog => {
		page.said.push('dialog: ' + dialog.message());
		dialog.dismiss();
	});
	page.asked = [];
	page.on('request', request => page.asked.push(request.url()));
	await page.goto(address);
	return page;
}

const failed = () => report.checks.filter(check => check.status === 'fail');
const order = ['critical', 'high', 'medium', 'low', 'info'];
const worstFirst = () => order.flatMap(severity => failed().filter(check => check.severity === severity));
const unfold = page => page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true; }));
const shownIds = page => page.$$eval('article.one', all => all.filter(one => one.offsetHeight > 0).map(one => one.id));
const linkedIds = page => page.$$eval('aside nav a', all => all.filter(one => one.offsetHeight > 0).map(one => decodeURIComponent(one.hash.slice(1))));

/**
 * What axe-core leaves open of a page: it may take a text of many lines for one that lies over another, and does not
 * judge its contrast then.  That is judged here, by the colours of the text and of what it stands on.
 */
async function unsettled(page, nodes) {
	const overlap = node => node.any.some(check => check.id === 'color-contrast' && check.data?.messageKey === 'bgOverlap');
	const contrast = target => page.$eval(target, text => {
		const parts = colour => colour.match(/[\d.]+/g).map(Number);
		const light = colour => parts(colour).slice(0, 3).map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
			.reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
		let behind = text;
		while (behind.parentElement && (parts(getComputedStyle(behind).backgroundColor)[3] ?? 1) === 0)
			behind = behind.parentElement;
		const [a, b] = [light(getComputedStyle(text).color), light(getComputedStyle(behind).backgroundColor)];
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	});
	const open = [];
	for (const node of nodes)
		if (!overlap(node) || !(await contrast(node.target.join(' ')) >= 4.5))
			open.push(node);
	return open;
}

const cases = {
	/** One request, from a server and from a file, and not a word on the console; also when all is unfolded and clicked. */
	async quiet() {
		const asked = [];
		const server = http.createServer((request, response) => {
			asked.push(request.url);
			response.setHeader('Content-Type', 'text/html');
			response.end(fs.readFileSync(file));
		});
		await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
		for (const address of [`http://127.0.0.1:${server.address().port}/`, undefined]) {
			for (const colorScheme of schemes) {
				asked.length = 0;
				const page = await open({ colorScheme }, address);
				await unfold(page);
				for (const input of await page.$$('input'))
					await input.click();
				await page.emulateMedia({ media: 'print' });
				await page.waitForTimeout(200);
				same(page.asked.length, 1, 'requests');
				if (address)
					same(asked, ['/'], 'requests that the server saw');
				same(page.said, [], 'console');
				await page.context().close();
			}
		}
		server.close();
		/* Its own policy stops what a page may be made to hold, whatever the server allows. */
		const page = await open();
		await page.evaluate(() => {
			document.body.insertAdjacentHTML('beforeend', '<img src="/x.png"><p style="color:red" id="p">x</p>');
			const script = document.createElement('script');
			script.textContent = 'window.ran = 1';
			document.body.append(script);
		});
		await page.waitForTimeout(200);
		hold(!(await page.evaluate(() => window.ran)), 'a script that gets into the page runs');
		hold((await page.$eval('#p', one => getComputedStyle(one).color)) !== 'rgb(255, 0, 0)', 'a style attribute works');
		hold(page.said.length >= 3, 'the policy stops nothing');
	},

	/** Every number and every finding of the report stands in the page, as text. */
	async counts() {
		const page = await open();
		const rows = heading => page.$$eval(`section[aria-labelledby="${heading}"] table tbody tr`, all => all.map(row =>
			[row.querySelector('th').textContent, row.querySelector('.value').textContent]));
		same(await rows('severities'), order.map(severity => [severity, String(report.summary.fail_by_severity[severity])]), 'severities');
		const value = number => number === null ? '–' : String(number);
		same(await rows('practices'), report.score.practices.map(practice => [practice.title, value(practice.value)]), 'practices');
		const words = { fail: 'fail', error: 'not evaluated', waived: 'waived', pass: 'pass', not_applicable: 'not applicable' };
		same(await page.$$eval('.legend li', all => all.map(one => one.textContent)),
			Object.entries(words).map(([key, word]) => `${report.summary[key]} ${word}`), 'statuses');
		same(await page.$$eval('section[aria-labelledby="practices"] .counts', all => all.map(one => one.textContent)),
			report.score.practices.map(practice => Object.entries(words).filter(([key]) => practice[key])
				.map(([key, word]) => `${practice[key]} ${word}`).join(', ') || 'no check'), 'statuses by practice');
		same(await page.$eval('.gauge strong', one => one.textContent), value(report.score.value), 'score');
		same(await page.$$eval('.gauge b', all => all.map(one => one.textContent)), report.score.grade ? [`Grade ${report.score.grade}`] : [], 'grade');
		same(await page.$eval('h1', one => one.textContent), report.host.hostname ?? report.host.root, 'host');
		const verdict = await page.$eval('.verdict', one => one.textContent);
		hold(verdict.includes({ 0: 'Meets the policy', 1: 'Falls short', 3: 'No verdict' }[report.run.exit]), `the verdict is not that of exit ${report.run.exit}`);
		if (report.score.coverage !== null)
			hold(verdict.includes(`Coverage is ${Math.round(report.score.coverage * 100)} %`), 'the verdict does not say the coverage');
		await unfold(page);
		same(await page.$$eval('article.one', all => all.map(one => one.id)), worstFirst().map(check => check.id), 'failed checks');
		for (const check of report.checks) {
			const there = await page.$$(`[id="${check.id}"]`);
			same(there.length, 1, `places of ${check.id}`);
			if (!['fail', 'error', 'waived'].includes(check.status))
				continue;
			const cells = await there[0].$$eval('.findings tbody tr', all => all.map(row => ['th, .only', '.a', '.x', '.s'].map(
				one => row.querySelector(one) ? row.querySelector(one).firstChild?.textContent.trim() || null : null)));
			same(cells, check.findings.map(one => [one.subject, one.actual, one.expected, one.source === one.subject ? null : one.source]),
				`findings of ${check.id}`);
			const text = await there[0].evaluate(one => one.textContent);
			for (const finding of check.findings)
				hold(text.includes(finding.message) && text.includes(finding.waiver || ''), `${check.id} does not say: ${finding.message}`);
			if (check.status !== 'fail')
				continue;
			const copied = await there[0].$$eval('pre', all => all.map(one => one.textContent));
			same(copied.slice(0, copied.length - check.remediation.files.length).join('\n'), check.remediation.commands.join('\n'), `commands of ${check.id}`);
			same(copied.slice(copied.length - check.remediation.files.length), check.remediation.files.map(one => one.content.replace(/\n$/, '')), `files of ${check.id}`);
			hold(text.includes(`Risk of this fix: ${check.remediation.risk}.`) && text.includes(check.remediation.breaks || ''), `${check.id} does not say the risk of its fix`);
			hold(Object.values(check.references).flat().every(one => text.includes(one)), `${check.id} lacks a reference`);
		}
		/* Every waiver of the policy, with who answers for it, why, until when, and what somebody has to see to. */
		const waivers = await page.$$eval('section[aria-labelledby="waivers"] tbody tr', all => all.map(row => row.textContent));
		same(waivers.length, (report.waivers ?? []).length, 'waivers');
		for (const [index, one] of (report.waivers ?? []).entries()) {
			const state = one.unused ? 'matches nothing' : one.expired ? 'ended' : one.ends_soon ? 'ends soon' : `covers ${one.findings} finding`;
			for (const words of [one.check, one.subject, one.reason, one.owner, one.ticket ?? '', `until ${one.expires}`, one.source, state])
				hold(waivers[index].includes(words), `the waiver of ${one.check} does not say: ${words}`);
		}
		const body = await page.$eval('body', one => one.textContent);
		for (const one of report.not_examined)
			hold(body.includes(one.path) && body.includes(one.why), `not said to be not examined: ${one.path}`);
		for (const check of report.checks.filter(one => one.reason && !one.findings.length))
			hold(body.includes(check.reason), `${check.id} does not say: ${check.reason}`);
		for (const one of [report.host.machine_id, report.host.os, report.run.profile, report.run.mount_namespace, ...report.run.policy.flatMap(one => [one.path, one.sha256]), ...(report.run.confinement.capabilities || [])])
			hold(body.includes(one || ''), `not said of host and run: ${one}`);
	},

	/** The filter, by nothing but the keyboard: each severity off and on, each practice. */
	async filter() {
		const page = await open();
		same(await shownIds(page), worstFirst().map(check => check.id), 'shown at first');
		const accessibility = await page.context().newCDPSession(page);
		await page.focus('#show-critical');
		for (const severity of order) {
			same(await page.evaluate(() => document.activeElement.id), 'show-' + severity, 'reached by Tab');
			await page.keyboard.press('Space');
			const expected = worstFirst().filter(check => check.severity !== severity).map(check => check.id);
			same(await shownIds(page), expected, `without ${severity}`);
			same(await linkedIds(page), expected, `linked without ${severity}`);
			/* A counter of the style sheet, as readers of the screen are told it. */
			const { nodes } = await accessibility.send('Accessibility.getFullAXTree');
			const said = nodes.filter(node => node.role?.value === 'StaticText').map(node => node.name.value).join('|').match(/\d+\| of \d+ failed/);
			same(said?.[0], `${expected.length}| of ${failed().length} failed`, 'count of what is shown');
			await page.keyboard.press('Space');
			await page.keyboard.press('Tab');
		}
		same(await page.evaluate(() => document.activeElement.id), 'only-all', 'reached by Tab');
		for (const practice of report.score.practices) {
			await page.keyboard.press('ArrowDown');
			same(await page.evaluate(() => document.activeElement.id), 'only-' + practice.id, 'reached by arrow');
			const expected = worstFirst().filter(check => check.practice === practice.id).map(check => check.id);
			same(await shownIds(page), expected, `only ${practice.id}`);
			same(await linkedIds(page), expected, `linked of ${practice.id}`);
		}
		/* Both together; then all again. */
		const last = report.score.practices.at(-1).id;
		await page.focus('#show-high');
		await page.keyboard.press('Space');
		same(await shownIds(page), worstFirst().filter(check => check.practice === last && check.severity !== 'high').map(check => check.id), `${last} without high`);
		await page.keyboard.press('Space');
		await page.focus('#only-' + last);
		await page.keyboard.press('ArrowDown');
		same(await shownIds(page), worstFirst().map(check => check.id), 'shown at last');
		hold(new Set(failed().map(check => check.severity)).size > 1 && new Set(failed().map(check => check.practice)).size > 1, 'the report has too little to filter');
	},

	/** Tab reaches, in the order of the page, whatever can be used, and shows where it is; Enter unfolds and follows. */
	async keyboard() {
		for (const width of [360, 1280]) {
			const page = await open({ viewport: { width, height: 900 } });
			const usable = await page.evaluate(() => {
				const all = [...document.querySelectorAll('a[href], input, summary, button, [tabindex="0"]')].filter(one => one.classList.contains('skip') || one.checkVisibility());
				window.usable = all.filter(one => one.type !== 'radio' || one.checked);
				return window.usable.length;
			});
			let reached = 0;
			for (; reached <= usable; ++reached) {
				await page.keyboard.press('Tab');
				const at = await page.evaluate(() => {
					const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
					return { index: window.usable.indexOf(one), outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
						visible: box.bottom > 0 && box.top < innerHeight && box.width > 0, tag: one.tagName + (one.id || one.textContent.slice(0, 30)) };
				});
				if (at.index !== reached)
					break;
				hold(at.outlined, `focus is not to be seen on ${at.tag}`);
				hold(at.visible, `focus is out of sight on ${at.tag}`);
			}
			same(reached, usable, `reached by Tab at ${width}`);
			await page.focus('article summary');
			await page.keyboard.press('Enter');
			hold(await page.$eval('article details', one => one.open), 'Enter does not unfold');
			await page.focus('.skip');
			await page.keyboard.press('Enter');
			same(await page.evaluate(() => [location.hash, document.activeElement.id]), ['#failed', 'failed'], 'where the skip link leads');
			await page.context().close();
		}
	},

	/** axe-core finds nothing, in both schemes and all widths, folded and unfolded, in each page given. */
	async axe() {
		const source = fs.readFileSync(installed.resolve('axe-core/axe.min.js'), 'utf8');
		for (const one of [file, ...others]) {
			for (const colorScheme of schemes) {
				for (const width of widths) {
					const page = await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true }, 'file://' + path.resolve(one));
					for (const folded of [true, false]) {
						if (!folded)
							await unfold(page);
						await page.evaluate(source);
						const results = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations', 'incomplete'] }));
						for (const found of results.incomplete)
							found.nodes = await unsettled(page, found.nodes);
						for (const found of [...results.violations, ...results.incomplete.filter(rest => rest.nodes.length)])
							hold(false, `${path.basename(one)} ${colorScheme} ${width} ${folded ? 'folded' : 'unfolded'}: ${found.id}: ${found.help}: ` +
								found.nodes.slice(0, 3).map(node => node.target.join(' ') + ' ' + node.any.map(any => any.message).join('; ')).join(' | '));
						hold(results.passes.length > 20, 'axe-core looked at too little');
					}
					await page.context().close();
				}
			}
		}
	},

	/** Nothing is wider than the screen. */
	async narrow() {
		for (const one of [file, ...others]) {
			for (const width of [320, ...widths]) {
				const page = await open({ viewport: { width, height: 900 } }, 'file://' + path.resolve(one));
				await unfold(page);
				const over = await page.evaluate(() => [...document.querySelectorAll('body *:not(.hidden):not(.hidden *)')].filter(one =>
					one.getBoundingClientRect().right > innerWidth + 0.5 && one.checkVisibility() && getComputedStyle(one).clipPath === 'none' && !one.closest('thead')).map(one => one.tagName + '.' + one.className));
				same(over.slice(0, 5), [], `wider than ${width}`);
				same(await page.evaluate(() => document.documentElement.scrollWidth), width, 'width');
				await page.context().close();
			}
		}
	},

	/** On paper all is unfolded and dark on white, and what cannot be used there is gone. */
	async paper() {
		const page = await open({ colorScheme: 'dark' });
		await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
		const seen = await page.evaluate(() => ({
			folded: [...document.querySelectorAll('details > :not(summary)')].filter(one => one.getBoundingClientRect().height === 0).length,
			details: document.querySelectorAll('details').length,
			useless: [...document.querySelectorAll('input, summary, .skip, aside')].filter(one => one.getBoundingClientRect().height > 0).length,
			paper: getComputedStyle(document.body).backgroundColor,
			ink: getComputedStyle(document.body).color,
		}));
		hold(seen.details > 3, 'there is nothing that could be folded');
		same(seen.folded, 0, 'still folded on paper');
		same(seen.useless, 0, 'useless on paper');
		same([seen.paper, seen.ink], ['rgb(255, 255, 255)', 'rgb(29, 33, 38)'], 'colours on paper');
		const pdf = await page.pdf({ format: 'A4' });
		hold(pdf.length > 10000, 'nothing is printed');
		if (process.env.PDF)
			fs.writeFileSync(process.env.PDF, pdf);
	},

	/** A click takes all of the commands, each a line. */
	async copy() {
		const page = await open();
		for (const check of worstFirst().filter(one => one.remediation.commands.length)) {
			const block = await page.$(`[id="${check.id}"] pre`);
			await block.click();
			same((await page.evaluate(() => String(getSelection()))).trimEnd().split('\n'), check.remediation.commands.slice(0, await block.$$eval('code', all => all.length)), `selected in ${check.id}`);
		}
	},

	/** A page of hostile names (the first) has the elements of the same page with harmless ones (the second). */
	async hostile() {
		const skeleton = page => page.$$eval('*', all => all.map(one => one.tagName + [...one.attributes].map(at => ' ' + at.name).join('')));
		const page = await open(), harmless = await open({}, 'file://' + path.resolve(others[0]));
		await page.waitForTimeout(300);
		const [a, b] = [await skeleton(page), await skeleton(harmless)];
		const at = a.findIndex((one, index) => one !== b[index]);
		hold(at < 0 && a.length === b.length, `a name made an element: number ${at}, ${a[at]} where there is ${b[at]}`);
		same([page.said, page.asked.length], [[], 1], 'what the names did');
		hold(!(await page.evaluate(() => window.owned)), 'a name ran');
		const text = await page.$eval('body', one => one.textContent);
		hold(!/[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/.test(text), 'a control character stands in the text');
		hold(text.includes('<script>window.owned=1</script>'), 'the names are not in the page');
		/* As they are seen, not as they stand in the source: blanks are not run together. */
		hold((await page.$eval('.findings tbody', one => one.innerText)).includes('two  blanks'), 'a name is shown otherwise than it is');
	},
};

(async () => {
	browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
	try {
		await cases[name]();
	} finally {
		await browser.close();
	}
	process.exit(wrong ? 1 : 0);
})().catch(error => {
	console.log(String(error.stack || error));
	process.exit(2);
});
